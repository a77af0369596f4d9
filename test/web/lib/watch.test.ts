import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { createWatch } from '../../../web/lib/watch.js'

const settled = async () => await new Promise((resolve) => setImmediate(resolve))

interface Question { resolve: (found: string | null) => void, reject: (error: Error) => void }

/** A watch whose questions are answered by the test, on a clock of its own. */
function startWatch (t: Test, options: { everyMilliseconds?: number } = {}) {
  mock.timers.enable({ apis: ['setTimeout'] })
  const answers: Question[] = []
  const state = { seen: true, told: [] as unknown[], failed: [] as unknown[] }
  const watch = createWatch<string>({
    ask: async () => await new Promise((resolve, reject) => answers.push({ resolve, reject })),
    tell: (found) => state.told.push(found),
    fail: (error) => state.failed.push(error),
    seen: () => state.seen,
    ...options
  })
  t.teardown(() => {
    watch.stop()
    mock.timers.reset()
  })
  return {
    watch,
    state,
    asked: () => answers.length,
    async answer (found: string | null) {
      answers.at(-1)?.resolve(found)
      await settled()
    },
    async refuse () {
      answers.at(-1)?.reject(new Error('no answer'))
      await settled()
    },
    async pass (milliseconds: number) {
      mock.timers.tick(milliseconds)
      await settled()
    }
  }
}

t.test('a watch', async (t) => {
  await t.test('asks when told to, and twice a second while somebody is there', async (t) => {
    const { watch, state, asked, answer, pass } = startWatch(t)
    t.equal(asked(), 0)
    watch.look()
    t.equal(asked(), 1)
    await answer('ada')
    t.same(state.told, ['ada'])
    await pass(499)
    t.equal(asked(), 1)
    await pass(1)
    t.equal(asked(), 2)
  })

  await t.test('asks as often as it is told to', async (t) => {
    const { watch, asked, answer, pass } = startWatch(t, { everyMilliseconds: 10_000 })
    watch.look()
    await answer('ada')
    await pass(9999)
    t.equal(asked(), 1)
    await pass(1)
    t.equal(asked(), 2)
  })

  await t.test('asks no more once nobody is there, until told to look', async (t) => {
    const { watch, state, asked, answer, pass } = startWatch(t)
    watch.look()
    await answer(null)
    t.same(state.told, [null])
    await pass(60_000)
    t.equal(asked(), 1)
    watch.look()
    t.equal(asked(), 2)
  })

  await t.test('asks one question at a time, and once more for all that came meanwhile', async (t) => {
    const { watch, asked, answer, pass } = startWatch(t)
    for (let times = 0; times < 3; times++) watch.look()
    await pass(5000)
    t.equal(asked(), 1)
    await answer('ada')
    t.equal(asked(), 2)
    await answer('ada')
    t.equal(asked(), 2)
  })

  await t.test('asks a server in trouble ever more seldom, up to 10 seconds, and often again once it answers', async (t) => {
    const { watch, state, asked, answer, refuse, pass } = startWatch(t)
    watch.look()
    for (const wait of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const before = asked()
      await refuse()
      await pass(wait - 1)
      t.equal(asked(), before, `not before ${wait} ms`)
      await pass(1)
      t.equal(asked(), before + 1)
    }
    t.equal(state.failed.length, 7)
    t.match(state.failed[0], { message: 'no answer' })
    await answer('ada')
    const before = asked()
    await pass(500)
    t.equal(asked(), before + 1)
  })

  await t.test('asks nothing while it is not seen, and at once when it comes into sight', async (t) => {
    const { watch, state, asked, answer, pass } = startWatch(t)
    watch.look()
    await answer('ada')
    state.seen = false
    await pass(60_000)
    watch.glance()
    t.equal(asked(), 1)
    state.seen = true
    watch.glance()
    t.equal(asked(), 2)
  })

  await t.test('says nothing more once it is stopped', async (t) => {
    const { watch, state, asked, answer, pass } = startWatch(t)
    watch.look()
    watch.stop()
    await answer('ada')
    await pass(60_000)
    watch.look()
    t.same(state.told, [])
    t.equal(asked(), 1)
  })
})
