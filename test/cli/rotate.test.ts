import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { putKey } from '../helpers/keys.js'
import { run, workplace } from '../helpers/programs.js'

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

/** A place with keys for each purpose, made at these times, and the command that looks after them. */
async function placeWithKeys (t: Test, ...madeAt: Date[]) {
  const cwd = await workplace(t)
  await rm(join(cwd, 'keys'), { recursive: true, force: true })
  for (const [number, at] of madeAt.entries()) {
    for (const purpose of ['access', 'refresh'] as const) await putKey(join(cwd, 'keys'), purpose, number, at)
  }
  const keys = async (...words: string[]) => await run(t, ['cli/main.js', 'keys', ...words], { cwd })
  const rows = async () => (await keys('list')).stdout.trim().split('\n').map((line) => line.split(/\s+/))
  const files = async (purpose: string) => (await readdir(join(cwd, 'keys', purpose))).length
  return { keys, rows, files }
}

const kidIn = (rows: string[][], purpose: string, state: string) => rows.find(([kind, is]) => kind === purpose && is === state)?.[2] ?? ''

t.test('gatehouse keys rotate', async (t) => {
  t.test('makes the keys that sign next, and says from when', async (t) => {
    const { keys, rows } = await placeWithKeys(t, daysAgo(30))
    const before = Date.now()
    const { code, stdout } = await keys('rotate')
    t.equal(code, 0)

    const from = Date.parse(/signs from (\S+)/.exec(stdout)?.[1] ?? '')
    t.ok(from > before + 300_000 && from < before + 330_000, 'five minutes after it is published')
    t.same((await rows()).map(([purpose, state]) => `${purpose} ${state}`).sort(), ['access current', 'access next', 'refresh current', 'refresh next'])
  })
})

t.test('gatehouse keys retire', async (t) => {
  t.test('takes away the keys whose last token has died, and no other', async (t) => {
    const { keys, rows, files } = await placeWithKeys(t, daysAgo(40), daysAgo(1))
    const { code, stdout } = await keys('retire')

    t.equal(code, 0)
    t.match(stdout, /^access {2}\S+ retired: its last token has died\n$/)
    t.equal(await files('access'), 1)
    t.equal(await files('refresh'), 2, 'refresh tokens live for a week')
    t.match(kidIn(await rows(), 'access', 'current'), /^[\w-]{43}$/)
  })

  t.test('refuses to take away a key in use, and says how to', async (t) => {
    const { keys, rows, files } = await placeWithKeys(t, daysAgo(40), daysAgo(1))
    const inUse = kidIn(await rows(), 'refresh', 'retired')
    const { code, stderr } = await keys('retire', inUse)

    t.equal(code, 1)
    t.match(stderr, `gatehouse keys retire ${inUse} --now`)
    t.equal(await files('refresh'), 2)
  })

  t.test('takes away a key in use when it is told to do so now', async (t) => {
    const { keys, rows } = await placeWithKeys(t, daysAgo(40), daysAgo(1))
    const leaked = kidIn(await rows(), 'access', 'current')
    t.equal((await keys('retire', leaked, '--now')).code, 0)

    const after = await rows()
    t.notOk(after.some(([, , kid]) => kid === leaked))
    t.match(kidIn(after, 'access', 'current'), /^[\w-]{43}$/, 'another signs')
  })

  t.test('never takes away the only key of a purpose', async (t) => {
    const { keys, rows, files } = await placeWithKeys(t, daysAgo(40))
    const { code, stderr } = await keys('retire', kidIn(await rows(), 'access', 'current'), '--now')

    t.equal(code, 1)
    t.match(stderr, /the only key for access tokens: make another first with `gatehouse keys rotate`/)
    t.equal(await files('access'), 1)
  })

  t.test('names a kid that no key has', async (t) => {
    const { keys } = await placeWithKeys(t, daysAgo(40))
    for (const kid of ['nobody', `-${'a'.repeat(42)}`]) t.match(await keys('retire', kid, '--now'), { code: 1, stderr: `no key has the kid ${kid}` })
  })
})
