import { existsSync } from 'node:fs'
import t from 'tap'
import { faults } from '../faults/list/index.js'
import { heading } from '../faults/report.js'
import { pageOf, pathsOn } from './helpers/snippets.js'

const page = await pageOf('docs/guarantees.md')

function firstColumn (title: string): string[] {
  const [, rows = ''] = new RegExp(`^\\| ${title} \\|.*\\n\\|-.*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? []
  return [...rows.matchAll(/^\| `?(.+?)`? \|/gm)].map(([, cell = '']) => cell)
}

t.test('docs/guarantees.md', async (t) => {
  t.test('names files that are there', async (t) => {
    for (const path of pathsOn(page)) t.ok(existsSync(new URL(`../${path}`, import.meta.url)), path)
  })

  t.test('quotes tests by their titles', async (t) => {
    for (const [, path = '', titles = ''] of page.matchAll(/^- `(test\/[^`]+)`: (.+)$/gm)) {
      const source = (await pageOf(path)).replaceAll("\\'", "'")
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) t.ok(source.includes(title), `${path}: ${title}`)
    }
  })

  t.test('says of each of the seven promises what holds it', async (t) => {
    const promises = page.split(/^### \d\. /m).slice(1)
    t.equal(promises.length, 7)
    for (const promise of promises) t.match(promise, /^Held by:\n\n- `test\/.+"/m)
  })

  t.test('lists every fault and every figure that is judged', async (t) => {
    const reported = heading().split(/ {2,}/).filter((column) => !['fault', 'operations', '503s'].includes(column))
    t.same(firstColumn('fault'), faults.map(({ name }) => name))
    t.same(firstColumn('figure'), reported)
  })
})
