import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const template = new URL('page-template.md', import.meta.url)

export function writePart (name, text) {
  const page = read()
  const part = `<!-- bench:${name} -->\n\n${text}\n\n<!-- /bench -->`
  const written = new RegExp(`<!-- bench:${name} -->.*?<!-- /bench -->`, 's')
  mkdirSync(fileURLToPath(new URL('../docs', import.meta.url)), { recursive: true })
  writeFileSync(file, written.test(page) ? page.replace(written, () => part) : `${page.trimEnd()}\n\n## ${name}\n\n${part}\n`)
}

function read () {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return readFileSync(template, 'utf8')
  }
}
