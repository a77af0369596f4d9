import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { monotonic } from './monotonic.js'

const remembered = 64
/** A timer may be this late: what is left is waited for turn by turn. */
const lateMilliseconds = 2

/**
 * Gives a call that fails the time that one took which did not: as long as one of the last, drawn anew each time, so that the times of
 * both are spread alike and not only as long in the middle.
 */
export function createAlike (random = Math.random) {
  const successes: number[] = []
  let next = 0

  async function until (moment: number) {
    for (let left = moment - monotonic(); left > 0; left = moment - monotonic()) {
      if (left > lateMilliseconds) await wait(left - lateMilliseconds)
      else await nextTurn()
    }
  }

  return async <T>(act: () => Promise<T>): Promise<T> => {
    const begun = monotonic()
    try {
      const done = await act()
      successes[next++ % remembered] = monotonic() - begun
      return done
    } catch (error) {
      await until(begun + (successes[Math.floor(random() * successes.length)] ?? 0))
      throw error
    }
  }
}
