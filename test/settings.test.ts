import { readFile } from 'node:fs/promises'
import t from 'tap'
import { settingNames } from '../src/config.js'

const textOf = async (name: string) => await readFile(new URL(`../${name}`, import.meta.url), 'utf8')
const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

t.test('the settings', async (t) => {
  t.test('are all in .env.example, and nothing else is', async (t) => {
    const named = [...(await textOf('.env.example')).matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name)
    t.same(sorted(named), sorted(settingNames))
    t.equal(named.length, settingNames.length, 'each of them once')
  })

  t.test("are all in README's table, and nothing else is", async (t) => {
    const rows = (await textOf('README.md')).split('\n').filter((line) => /^\| *`[A-Z][A-Z0-9_]*`/.test(line))
    const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map(([, name = '']) => name))
    t.same(sorted(named), sorted(settingNames))
  })
})
