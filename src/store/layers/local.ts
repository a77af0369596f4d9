import { LRUCache } from 'lru-cache'
import { monotonic } from '../../lib/monotonic.js'

export interface Versioned { id: string, version: number }

/** Where a copy lies; it is there no more once it was forgotten or another took its place. `usedIn` is the second in which it last became the latest that was used. */
export interface Place<T> { copy: T | undefined, since: number, usedIn: number }

export type LocalCopies<T extends Versioned> = ReturnType<typeof createLocalCopies<T>>

/** The copies in this process: bounded, an older version never in place of a newer one. */
export function createLocalCopies<T extends Versioned> ({ max }: { max: number }) {
  const held = new LRUCache<string, Place<T>>({ max, dispose: (gone) => { gone.copy = undefined } })

  /** A copy no older than `oldest` milliseconds. */
  function copyAt (place: Place<T>, oldest: number, now = monotonic()): T | undefined {
    const { copy } = place
    if (copy === undefined) return undefined
    // Making it the latest costs more than finding it: once a second will do.
    const second = Math.floor(now / 1000)
    if (place.usedIn !== second) {
      place.usedIn = second
      held.get(copy.id)
    }
    return now - place.since <= oldest ? copy : undefined
  }

  return {
    /** Where the copy lies, if there is one: `before` when it still lies there. */
    locate: (id: string, before?: Place<T>): Place<T> | undefined => before?.copy === undefined ? held.peek(id) : before,

    copyAt,

    get (id: string, oldest: number, now = monotonic()): T | undefined {
      const place = held.peek(id)
      return place && copyAt(place, oldest, now)
    },

    put (copy: T, since = monotonic()) {
      const version = held.peek(copy.id)?.copy?.version ?? -Infinity
      if (version <= copy.version) held.set(copy.id, { copy, since, usedIn: -1 })
    },

    /** Forgets a copy older than `version`, or any. */
    drop (id: string, version = Infinity) {
      if ((held.peek(id)?.copy?.version ?? Infinity) < version) held.delete(id)
    },

    clear () {
      held.clear()
    },

    get size () {
      return held.size
    }
  }
}
