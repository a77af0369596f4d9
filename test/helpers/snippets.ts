import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

export const pageOf = async (path: string) => await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The block of shell commands that follows `<!-- story: name -->` on a page. */
export function storyOf (page: string, name: string): string {
  const [, commands] = new RegExp(`<!-- story: ${name} -->\\s+\`\`\`sh\\n(.*?)\`\`\``, 's').exec(page) ?? []
  if (commands === undefined) throw new Error(`the page tells no story "${name}"`)
  return commands
}

/** The block that follows `<!-- block: name -->` on a page, of any language. */
export function blockOf (page: string, name: string): string {
  const [, block] = new RegExp(`<!-- block: ${name} -->\\s+\`\`\`\\w*\\n(.*?)\`\`\``, 's').exec(page) ?? []
  if (block === undefined) throw new Error(`the page has no block "${name}"`)
  return block
}

/** The first line of each block that no mark names, which the tests find it by. */
export function unmarkedOn (page: string): string[] {
  const lines = page.split('\n')
  const fences = lines.flatMap((line, place) => /^ *```/.test(line) ? [place] : [])
  return fences
    .filter((_, turn) => turn % 2 === 0)
    .filter((place) => !/<!-- (?:story|file|more|from|snippet|block): /.test(lines.slice(0, place).findLast((line) => line.trim() !== '') ?? ''))
    .map((place) => lines[place + 1]?.trim().replace(/ +#.*/, '') ?? '')
}

/** The files that a page has its reader write: the block after `<!-- file: name -->`, and those that add to it after `<!-- more: name -->`. */
export function filesOn (page: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [, word, name = '', block = ''] of page.matchAll(/<!-- (file|more): (\S+) -->\s+```\w+\n(.*?)```/gs)) {
    if ((word === 'more') !== (name in files)) throw new Error(`the page writes ${name} in the wrong order`)
    files[name] = (files[name] ?? '') + block
  }
  return files
}

/** The files of the project that a page names in backticks or links to, from the top. */
export const pathsOn = (page: string): string[] => [
  ...[...page.matchAll(/`((?:src|test|faults|bench|sql|docs|postman|examples)\/[^`\s]*)`/g)].map(([, path = '']) => path),
  ...[...page.matchAll(/\]\((?:\.\.\/)?([^):#]+)\)/g)].map(([, path = '']) => path)
]

/** The blocks of a page that say which file they are an excerpt of. */
export const excerptsOf = (page: string): Array<{ path: string, text: string }> =>
  [...page.matchAll(/<!-- from: (\S+) -->\s+```\w*\n(.*?)```/gs)].map(([, path = '', text = '']) => ({ path, text }))

export interface Step { says: string, status: number }

/** What a story says of its commands: a comment that ends in a status before each that prints one. */
export const stepsOf = (story: string): Step[] =>
  [...story.matchAll(/^# (.*): (\d{3})$/gm)].map(([, says = '', status]) => ({ says, status: Number(status) }))

export const statusesOf = (output: string): number[] =>
  [...output.matchAll(/HTTP\/[\d.]+ (\d{3})/g)].map(([, status]) => Number(status))

/** Runs commands as a reader would, in a folder of their own; the first that fails ends them. */
export async function runInBash (commands: string, folder: string): Promise<{ output: string, exitCode: number | null }> {
  // Bash takes a pipe of Node's for a connection of another machine, and reads its file of settings then.
  const bash = execFile('bash', ['--norc', '-euo', 'pipefail', '-c', commands], { cwd: folder })
  let output = ''
  for (const stream of [bash.stdout, bash.stderr]) stream?.on('data', (text: string) => { output += text })
  const [exitCode] = await once(bash, 'close')
  return { output, exitCode }
}
