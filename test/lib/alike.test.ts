import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { createAlike } from '../../src/lib/alike.js'
import { monotonic } from '../../src/lib/monotonic.js'

const refused = new Error('refused')
const refuse = async () => { throw refused }

/** How long it takes, whatever comes of it. */
async function millisecondsOf (act: () => Promise<unknown>): Promise<number> {
  const begun = monotonic()
  await act().catch(() => {})
  return monotonic() - begun
}

t.test('what fails as long as what succeeds', async (t) => {
  await t.test('gives what the act gives, and throws what it throws', async (t) => {
    const alike = createAlike()
    await t.rejects(alike(refuse), refused)
    t.equal(await alike(async () => 42), 42)
    await t.rejects(alike(refuse), refused)
  })

  await t.test('a failure takes as long as the success that is drawn', async (t) => {
    let drawn = 0
    const alike = createAlike(() => drawn)
    const took: number[] = []
    for (const milliseconds of [10, 40]) await alike(async () => { took.push(await millisecondsOf(async () => await wait(milliseconds))) })

    for (const [place, milliseconds] of took.entries()) {
      drawn = place / took.length
      t.ok(await millisecondsOf(async () => await alike(refuse)) >= milliseconds, `${milliseconds}`)
    }
  })

  await t.test('one that took longer by itself waits no more', async (t) => {
    const alike = createAlike()
    await alike(async () => await wait(200))
    const passed = await millisecondsOf(async () => await alike(async () => {
      await wait(210)
      await refuse()
    }))
    t.ok(passed < 400, `${passed}`)
  })

  await t.test('only the last 64 are drawn from', async (t) => {
    const alike = createAlike(() => 0)
    await alike(async () => await wait(300))
    for (let times = 0; times < 64; times++) await alike(async () => {})
    t.ok(await millisecondsOf(async () => await alike(refuse)) < 300)
  })
})
