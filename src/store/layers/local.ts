import { LRUCache } from 'lru-cache'
import { monotonic } from '../../lib/monotonic.js'

export interface Versioned { id: string, version: number }

/** `usedIn` is the second in which it last became the latest that was used. */
interface Held<T> { copy: T, since: number, usedIn: number }

export type LocalCopies<T extends Versioned> = ReturnType<typeof createLocalCopies<T>>

/** The copies in this process: bounded, an older version never in place of a newer one. */
export function createLocalCopies<T extends Versioned> ({ max }: { max: number }) {
  const held = new LRUCache<string, Held<T>>({ max })

  return {
    /** A copy no older than `oldest` milliseconds. */
    get (id: string, oldest: number, now = monotonic()): T | undefined {
      const found = held.peek(id)
      if (found === undefined) return undefined
      // Making it the latest costs more than finding it: once a second will do.
      const second = Math.floor(now / 1000)
      if (found.usedIn !== second) {
        found.usedIn = second
        held.get(id)
      }
      return now - found.since <= oldest ? found.copy : undefined
    },

    put (copy: T, since = monotonic()) {
      const found = held.peek(copy.id)
      if (found === undefined || found.copy.version <= copy.version) held.set(copy.id, { copy, since, usedIn: -1 })
    },

    /** Forgets a copy older than `version`, or any. */
    drop (id: string, version = Infinity) {
      const found = held.peek(id)
      if (found !== undefined && found.copy.version < version) held.delete(id)
    },

    clear () {
      held.clear()
    },

    get size () {
      return held.size
    }
  }
}
