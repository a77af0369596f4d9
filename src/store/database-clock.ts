import { monotonic } from '../lib/monotonic.js'

/** How much two clocks may drift apart: a millisecond in ten seconds. */
const drift = 0.0001

export type DatabaseClock = ReturnType<typeof createDatabaseClock>

/** What time it is by the clock of Postgres, the one clock that all nodes share, without asking it each time. */
export function createDatabaseClock () {
  let ahead = 0
  let doubt = Infinity
  let toldAt = -Infinity

  return {
    /** Postgres said `time` in answer to what was asked at `asked`, on the clock `monotonic`. A quicker answer outweighs a slower one. */
    told (time: Date, asked: number, answered = monotonic()) {
      const half = (answered - asked) / 2
      if (half > doubt + (answered - toldAt) * drift) return
      ahead = time.getTime() - (asked + half)
      doubt = half
      toldAt = answered
    },

    /** Milliseconds since 1970; undefined before Postgres has said anything. */
    now: (): number | undefined => doubt === Infinity ? undefined : monotonic() + ahead
  }
}
