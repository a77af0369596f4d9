import { mock } from 'node:test'
import t from 'tap'
import { createRounds } from '../../src/lib/rounds.js'

const soonMilliseconds = 100
const everyMilliseconds = 5_000

t.test('rounds', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  t.intercept(Math, 'random', { value: () => 0.25 })

  /** Rounds that end when the test says how. */
  function begin (t: { teardown: (close: () => unknown) => void }) {
    const ends: Array<{ end: (more: boolean) => void, fail: (error: Error) => void }> = []
    const failures: string[] = []
    const rounds = createRounds({
      run: async () => await new Promise((resolve, reject) => ends.push({ end: resolve, fail: reject })),
      failed: ({ message }) => failures.push(message),
      soonMilliseconds,
      everyMilliseconds
    })
    const settle = async () => await new Promise(setImmediate)
    t.teardown(async () => {
      ends.at(-1)?.end(false)
      await rounds.close()
    })
    return {
      rounds,
      failures,
      begun: () => ends.length,
      async end (more = false) {
        ends.at(-1)?.end(more)
        await settle()
      },
      async fail (message: string) {
        ends.at(-1)?.fail(new Error(message))
        await settle()
      }
    }
  }

  await t.test('calls that come together make one round, soon', async (t) => {
    const { rounds, begun } = begin(t)
    for (let calls = 0; calls < 100; calls++) rounds.wake()
    mock.timers.tick(soonMilliseconds - 1)
    t.equal(begun(), 0)
    mock.timers.tick(1)
    t.equal(begun(), 1)
  })

  await t.test('a call during a round brings another one, soon after it', async (t) => {
    const { rounds, begun, end } = begin(t)
    rounds.wake()
    mock.timers.tick(soonMilliseconds)
    rounds.wake()
    mock.timers.tick(everyMilliseconds)
    t.equal(begun(), 1, 'never two at once')
    await end()
    mock.timers.tick(soonMilliseconds - 1)
    t.equal(begun(), 1)
    mock.timers.tick(1)
    t.equal(begun(), 2)
  })

  await t.test('a round that may have left something is followed by another one', async (t) => {
    const { rounds, begun, end } = begin(t)
    rounds.wake()
    mock.timers.tick(soonMilliseconds)
    await end(true)
    mock.timers.tick(0)
    t.equal(begun(), 2)
  })

  await t.test('one comes uncalled now and then, not in step with other nodes', async (t) => {
    const { rounds, begun, end } = begin(t)
    rounds.wake()
    mock.timers.tick(soonMilliseconds)
    await end()
    mock.timers.tick(everyMilliseconds * 0.75 - 1)
    t.equal(begun(), 1)
    mock.timers.tick(1)
    t.equal(begun(), 2)
  })

  await t.test('one that fails is told of, and the next comes all the same', async (t) => {
    const { rounds, begun, fail, failures } = begin(t)
    rounds.wake()
    mock.timers.tick(soonMilliseconds)
    await fail('the store is away')
    t.same(failures, ['the store is away'])
    mock.timers.tick(everyMilliseconds)
    t.equal(begun(), 2)
  })

  await t.test('closed, it waits for the round under way and begins no other', async (t) => {
    const { rounds, begun, end } = begin(t)
    rounds.wake()
    mock.timers.tick(soonMilliseconds)
    let closed = false
    const closing = rounds.close().then(() => { closed = true })
    await new Promise(setImmediate)
    t.notOk(closed)
    await end(true)
    await closing
    rounds.wake()
    mock.timers.tick(10 * everyMilliseconds)
    t.equal(begun(), 1)
  })
})
