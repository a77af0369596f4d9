import { monotonic } from '../../lib/monotonic.js'

/** What was heard from a store less than this ago is no guess. */
const freshMilliseconds = 2000
/** How long a copy in this process serves while its channel is up; and while it is not. */
const heldMilliseconds = 60_000
const heldWithoutChannelMilliseconds = 1000

export type Trust = ReturnType<typeof createTrust>

/**
 * Whether the copies may be believed. Two channels carry endings here, the sweep of Postgres and the subscription to Redis;
 * while at least one was heard from less than two seconds ago, by a clock that goes on while the process is frozen, no ending has been missed.
 *
 * `vouched` is for a process without Postgres: what counts as its sweeps are those that nodes tell of, through Redis, having put right
 * there what they found. Only those count, and Redis too is believed no longer than they do.
 */
export function createTrust ({ shared, vouched = false }: { shared: boolean, vouched?: boolean }) {
  let sweptAt = -Infinity
  let heardAt = -Infinity
  let connectedAt = Infinity
  let pausedUntil = -Infinity
  let connections = 0

  return {
    /** A sweep that began at `at` has succeeded. */
    swept (at: number) { sweptAt = Math.max(sweptAt, at) },
    /** Everything told before `at` has arrived through the subscription. */
    heard (at: number) { heardAt = Math.max(heardAt, at) },
    /** A new connection to Redis may lead to an older one's past: it counts from the next sweep on. */
    connected () {
      connections++
      connectedAt = monotonic()
    },
    disconnected () { connectedAt = Infinity },
    silenced () { heardAt = -Infinity },
    /** Redis failed to answer: for half a second nobody waits for it. */
    pause () { pausedUntil = monotonic() + 500 },

    /** How old a copy in this process may be, in milliseconds; negative when none may be believed. */
    longest (now = monotonic()): number {
      const heard = shared && now - heardAt < freshMilliseconds
      if (!heard && now - sweptAt >= freshMilliseconds) return -1
      return heard || !shared ? heldMilliseconds : heldWithoutChannelMilliseconds
    },

    get shared (): boolean {
      const now = monotonic()
      return connectedAt < sweptAt && now >= pausedUntil && (!vouched || now - sweptAt < freshMilliseconds)
    },

    /** How often Redis was connected to. */
    get connections (): number { return connections },

    get postgres (): boolean { return monotonic() - sweptAt < freshMilliseconds },

    /** Whether the subscription to Redis was heard from lately. */
    get listening (): boolean { return shared && monotonic() - heardAt < freshMilliseconds },

    /** How many milliseconds ago the last sweep that succeeded began. */
    get sweptAgo (): number { return monotonic() - sweptAt }
  }
}
