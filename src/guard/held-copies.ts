import { once } from 'node:events'
import { createInvalidations } from '../store/layers/invalidations.js'
import { createLayered } from '../store/layers/layered.js'
import { createLocalCopies } from '../store/layers/local.js'
import { createSharedCopies, type Codec } from '../store/layers/shared.js'
import { createTrust } from '../store/layers/trust.js'
import { subscribeToChanges, type Changes, type ChangeListener } from '../store/changes.js'
import { createEndings } from '../store/endings.js'
import { connectMilliseconds, connectRedis, watchConnections } from '../store/redis.js'
import { decodeSession, encodeSession, type SessionRecord } from '../store/sessions/record.js'
import type { User } from '../schemas.js'

interface Options {
  redisUrl: string | undefined
  /** The access keys that some node accepts now. */
  kids: (kids: string[]) => void
  log: { warn: (details: object, message: string) => void }
}

/** What is kept of a user: what may leave, and whether he may do anything. */
export interface HeldUser { id: string, version: number, disabled: boolean, user: User }

/** Neither memory nor Redis can say. */
export class Unheld extends Error {}

const most = 131_072
/** Longer than anything that began before an ending is under way. What is remembered of it here comes on top of what Redis holds. */
const endingsMilliseconds = 3_600_000

export type HeldCopies = ReturnType<typeof createHeldCopies>

/** The copies of sessions and users that nodes put into Redis, read and never written. They are believed only while a node vouches for Redis. */
export function createHeldCopies ({ redisUrl, kids, log }: Options) {
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl)
  const trust = createTrust({ shared: false, vouched: true })
  const endings = createEndings({ accessMilliseconds: endingsMilliseconds })
  const invalidations = createInvalidations()
  redis?.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis failed'))
  if (redis !== undefined) watchConnections(redis, trust)

  const layered = <T extends SessionRecord | HeldUser>(codec: Omit<Codec<T>, 'milliseconds'>) => createLayered<T>({
    local: createLocalCopies({ max: most }),
    shared: redis && createSharedCopies(redis, { ...codec, milliseconds: 1 }),
    read: async () => { throw new Unheld() },
    trust,
    log
  })
  const sessions = layered<SessionRecord>({ kind: 'session', encode: encodeSession, decode: decodeSession })
  const users = layered<HeldUser>({ kind: 'user', encode: JSON.stringify, decode: decodeUser })

  const listener: ChangeListener = {
    session (id, version) {
      invalidations.note(id)
      sessions.drop(id, version)
    },
    user (id, version) {
      invalidations.note(id)
      users.drop(id, version)
    },
    ended (ids) {
      for (const id of endings.add(ids)) {
        invalidations.note(id)
        sessions.drop(id)
      }
    },
    everyone (micros) {
      if (!endings.addEveryone(micros)) return
      invalidations.noteAll()
      sessions.clear()
    },
    gap () {
      invalidations.noteAll()
      sessions.clear()
      users.clear()
    },
    vouched (vouching) {
      if (vouching.everyoneMicros !== undefined) listener.everyone(vouching.everyoneMicros)
      kids(vouching.kids)
    }
  }

  let changes: Changes | undefined

  return {
    sessions,
    users,
    endings,
    trust,
    invalidations,

    /** One Redis that stays away is not waited for. */
    async start () {
      if (redis === undefined || redisUrl === undefined) return
      changes = subscribeToChanges({ url: redisUrl, redis, trust, listener, log })
      const giveUp = AbortSignal.timeout(connectMilliseconds)
      while (redis.status !== 'ready' && !giveUp.aborted) await once(redis, 'ready', { signal: giveUp }).catch(() => {})
    },

    close () {
      changes?.close()
      redis?.disconnect()
    }
  }
}

function decodeUser (line: string, version: number): HeldUser | undefined {
  const { id, name, email, role, photo, verified, createdAt, updatedAt, disabled } = JSON.parse(line) as User & { disabled: boolean }
  // Shared by all requests of that user, and held by those that are over.
  return { id, version, disabled, user: Object.freeze({ id, name, email, role, photo, verified, createdAt, updatedAt }) }
}
