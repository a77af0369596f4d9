import { monotonic } from '../lib/monotonic.js'
import type { SessionRecord } from './sessions/record.js'

export type Endings = ReturnType<typeof createEndings>

/**
 * The sessions that ended within one life of an access token: this set outranks every copy. What is older needs no
 * remembering, since no access token of it is alive.
 */
export function createEndings ({ accessMilliseconds }: { accessMilliseconds: number }) {
  const endedAt = new Map<string, number>()
  let everyoneMicros = -Infinity

  function forget () {
    const before = monotonic() - accessMilliseconds
    // In the order they were added: the first that is young enough ends the search.
    for (const [id, at] of endedAt) {
      if (at >= before) return
      endedAt.delete(id)
    }
  }

  return {
    /** Gives the ones that were news. */
    add (ids: string[]): string[] {
      const now = monotonic()
      const fresh = ids.filter((id) => !endedAt.has(id))
      for (const id of fresh) endedAt.set(id, now)
      forget()
      return fresh
    },

    /** Every session opened up to this moment, in microseconds of the database's clock, has ended. */
    addEveryone (micros: number): boolean {
      if (micros <= everyoneMicros) return false
      everyoneMicros = micros
      return true
    },

    has: (id: string): boolean => endedAt.has(id),

    covers: (record: SessionRecord): boolean => record.openedAtMicros <= everyoneMicros || endedAt.has(record.id),

    get size () { return endedAt.size }
  }
}
