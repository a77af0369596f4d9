import t from 'tap'
import { attempt, policies, window, type Attempts, type Policy } from '../../src/lib/attempts.js'

const second = 1000
const minute = 60 * second

/** One caller's attempts at a policy, on a clock that only the test moves. */
function tryAt (policy: Policy) {
  const state: { before: Attempts | undefined } = { before: undefined }
  return (now: number) => {
    const { wait, after } = attempt(state.before, now, policy)
    state.before = after
    return wait
  }
}

const times = (count: number, act: () => number) => Array.from({ length: count }, act)

t.test('a number of attempts in a window', async (t) => {
  const three = window('three', 3, minute)

  t.test('are let through, and the next one waits until the window ends', async (t) => {
    const at = tryAt(three)
    t.same(times(3, () => at(0)), [0, 0, 0])
    t.equal(at(0), minute)
    t.equal(at(59 * second), second)
    t.equal(at(minute), 0)
  })

  t.test('count from the first one, and from anew once the window is over', async (t) => {
    const at = tryAt(three)
    t.same([at(0), at(50 * second), at(59 * second), at(59 * second)], [0, 0, 0, second])
    t.same([at(minute), at(minute), at(minute), at(minute)], [0, 0, 0, minute])
  })

  t.test('count those that wait for nothing', async (t) => {
    const before = { count: 3, refusedUntil: minute, forgottenAt: minute }
    t.same(attempt(before, 30 * second, three), { wait: 30 * second, after: before })
  })

  t.test('a hundred at once count as a hundred', async (t) => {
    const at = tryAt(policies.loginByAddress)
    times(300, () => at(0))
    t.equal(times(100, () => at(0)).filter((wait) => wait === 0).length, 0)
  })
})

t.test('a wait that grows', async (t) => {
  t.test('begins with a second after ten failures and doubles to fifteen minutes', async (t) => {
    const at = tryAt(policies.loginByPair)
    t.same(times(10, () => at(0)), Array(10).fill(0))

    let now = 0
    const waits = times(13, () => {
      const wait = at(now)
      now += wait
      t.equal(at(now), 0, 'once the wait is over, one more is let through')
      return wait / second
    })
    t.same(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
  })

  t.test('is the same for strangers to an account after fifty', async (t) => {
    const at = tryAt(policies.loginByStrangers)
    t.same(times(50, () => at(0)), Array(50).fill(0))
    t.equal(at(0), second)
  })

  t.test('is not made longer by asking again while it lasts', async (t) => {
    const at = tryAt(policies.loginByPair)
    times(10, () => at(0))
    times(100, () => at(0))
    t.equal(at(second), 0)
  })

  t.test('is forgotten fifteen minutes after it ended', async (t) => {
    const at = tryAt(policies.loginByPair)
    times(10, () => at(0))
    t.equal(at(second + 15 * minute - 1), 0)
    t.equal(at(second + 15 * minute - 1), 2 * second, 'a moment before')

    const later = tryAt(policies.loginByPair)
    times(10, () => later(0))
    t.same(times(10, () => later(second + 15 * minute)), Array(10).fill(0))
  })

  t.test('never passes its bound, however often it grew', async (t) => {
    const { after } = attempt({ count: 1e6, refusedUntil: 0, forgottenAt: minute }, 0, policies.loginByPair)
    t.equal(after?.refusedUntil, 15 * minute)
  })
})

t.test('the limits of the contract', async (t) => {
  t.match(policies, {
    loginByAddress: { free: 300, window: 15 * minute },
    loginByPair: { free: 10, window: 15 * minute, firstWait: second, longestWait: 15 * minute },
    loginByStrangers: { free: 50, window: 15 * minute, firstWait: second, longestWait: 15 * minute },
    register: { free: 20, window: 60 * minute },
    refresh: { free: 60, window: minute },
    mailsToAddress: { free: 5, window: 60 * minute },
    mailsByCaller: { free: 20, window: 60 * minute }
  })
  t.equal(new Set(Object.values(policies).map(({ name }) => name)).size, Object.keys(policies).length, 'no two share a count')
})
