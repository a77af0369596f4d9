import { createBoundedSet } from '../../lib/bounded-set.js'
import { monotonic } from '../../lib/monotonic.js'
import { createInvalidations } from './invalidations.js'
import type { Place, LocalCopies, Versioned } from './local.js'
import type { SharedCopies } from './shared.js'
import type { Trust } from './trust.js'

export interface Layers<T extends Versioned> {
  local: LocalCopies<T>
  /** Undefined without Redis. */
  shared: SharedCopies<T> | undefined
  /** Asks Postgres; undefined when the row is gone or has ended. Throws when it cannot say. */
  read: (id: string) => Promise<T | undefined>
  trust: Pick<Trust, 'longest' | 'pause' | 'shared'>
  log: { warn: (details: object, message: string) => void }
}

const longestUnwritten = 100_000

export type Layered<T extends Versioned> = ReturnType<typeof createLayered<T>>

/** Asks memory, then Redis, then Postgres, and fills back on the way up. The only file that knows their order. */
export function createLayered<T extends Versioned> ({ local, shared, read, trust, log }: Layers<T>) {
  const invalidations = createInvalidations()
  const reading = new Map<string, Promise<T | undefined>>()
  // Copies that Redis did not take: until it does, this process does not ask it for them.
  const unwritten = createBoundedSet(longestUnwritten)
  /** What each layer was asked for and had, and how often Redis was passed over. */
  const counts = { memoryHits: 0, memoryMisses: 0, redisHits: 0, redisMisses: 0, postgresHits: 0, postgresMisses: 0, passedOver: 0 }

  /** The copy in this process, if it may be believed now. */
  const peek = (id: string): T | undefined => look(local.locate(id), monotonic())

  /** What lies there, if it may be believed now: for who asks again and again, and keeps what `locate` gave. */
  function look (place: Place<T> | undefined, now: number): T | undefined {
    const longest = trust.longest(now)
    if (place === undefined || longest < 0) return undefined
    const copy = local.copyAt(place, longest, now)
    if (copy !== undefined) counts.memoryHits++
    return copy
  }

  /**
   * The first copy that fits, or what Postgres says; undefined when it is gone or ended. A copy that does not fit is no
   * verdict: the next level is asked, and Postgres decides. Throws when Postgres is needed and cannot say.
   */
  async function find (id: string, fits: (copy: T) => boolean = () => true): Promise<T | undefined> {
    const longest = trust.longest()
    const copy = longest < 0 ? undefined : local.get(id, longest)
    if (copy !== undefined && fits(copy)) {
      counts.memoryHits++
      return copy
    }
    counts.memoryMisses++

    const there = await readShared(id)
    if (there === 'ended') return undefined
    if (there !== undefined && fits(there)) return there
    return await readRecord(id, fits)
  }

  async function readShared (id: string): Promise<T | 'ended' | undefined> {
    if (shared === undefined || !trust.shared || unwritten.has(id)) return undefined
    const begun = invalidations.begin()
    try {
      const found = await shared.get(id)
      if (found === undefined) counts.redisMisses++
      else counts.redisHits++
      if (found === undefined || found === 'ended') return found
      if (invalidations.outdated(found)) return undefined
      keep(found, begun)
      return found
    } catch (error) {
      passOver(error)
      return undefined
    }
  }

  // Concurrent misses share one look-up. One that began before the token was made may know less than its bearer: then it is asked again.
  async function readRecord (id: string, fits: (copy: T) => boolean): Promise<T | undefined> {
    const begun = reading.get(id)
    const copy = await begun
    if (copy !== undefined && fits(copy)) return copy
    return await (reading.get(id) ?? lookUp(id))
  }

  function lookUp (id: string): Promise<T | undefined> {
    const begun = invalidations.begin()
    const found = read(id).then((copy) => {
      if (copy === undefined) counts.postgresMisses++
      else counts.postgresHits++
      if (copy !== undefined && keep(copy, begun)) void writeShared(copy)
      return copy
    }).finally(() => {
      if (reading.get(id) === found) reading.delete(id)
    })
    reading.set(id, found)
    return found
  }

  function keep (copy: T, begun: number): boolean {
    const good = !invalidations.since(begun, copy.id) && !invalidations.outdated(copy)
    if (good) local.put(copy)
    return good
  }

  async function writeShared (copy: T, channel?: string, message?: string) {
    if (shared === undefined) return
    try {
      await shared.put(copy, channel, message)
      unwritten.delete(copy.id)
    } catch (error) {
      unwritten.add(copy.id)
      passOver(error)
    }
  }

  /** Marks the copy in Redis as ended, so that no late write brings it back. */
  async function end (id: string) {
    if (shared === undefined) return
    try {
      await shared.end(id)
      unwritten.delete(id)
    } catch (error) {
      passOver(error)
    }
  }

  let rewriting: Promise<void> | undefined

  async function rewriteAll () {
    for (const id of unwritten.members()) {
      if (!trust.shared) return
      if (await lookUp(id) === undefined) await end(id)
    }
  }

  function invalidate (id: string, version?: number) {
    invalidations.note(id, version)
    reading.delete(id)
  }

  // A copy's failure is no verdict: it never means signed out, and never means signed in.
  function passOver (error: unknown) {
    trust.pause()
    counts.passedOver++
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'Redis was passed over')
  }

  return {
    locate: local.locate,
    look,
    peek,
    find,

    /** Takes in what was just committed: Redis, through it the other nodes, then this process. */
    async put (copy: T, channel?: string, message?: string) {
      invalidate(copy.id, copy.version)
      await writeShared(copy, channel, message)
      // Word of a newer one may have come first.
      if (!invalidations.outdated(copy)) local.put(copy)
    },

    /** Tries again what Redis did not take, so that no other node believes an older copy there; one at a time, beside everything else. */
    rewrite () {
      rewriting ??= rewriteAll()
        .catch((error: Error) => log.warn({ error: error.message }, 'what Redis did not take is tried again later'))
        .finally(() => { rewriting = undefined })
    },

    /** Forgets what is older than `version` in this process, or any. */
    drop (id: string, version?: number) {
      invalidate(id, version)
      local.drop(id, version)
    },

    end,

    clear () {
      invalidations.noteAll()
      reading.clear()
      local.clear()
    },

    counts: counts as Readonly<typeof counts>,

    get size () { return local.size },

    /** How many copies Redis has not taken. */
    get unwritten () { return unwritten.size }
  }
}
