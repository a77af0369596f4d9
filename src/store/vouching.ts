import { createBoundedSet } from '../lib/bounded-set.js'
import { changeMessage, changesChannel, type ChangeListener } from './changes.js'
import { endedVersion, type SharedCopies } from './layers/shared.js'
import type { Trust } from './layers/trust.js'
import type { RedisClient } from './redis.js'
import type { SessionRecord } from './sessions/record.js'
import type { Swept } from './sweep.js'
import type { UserRecord } from './users/row.js'

interface Options {
  redis: RedisClient
  shared: { sessions: SharedCopies<SessionRecord>, users: SharedCopies<UserRecord> }
  trust: Trust
  /** The access keys that this node accepts. */
  kids: () => string[]
  /** Asks Postgres for all that Redis may still hold otherwise. */
  sweepAll: () => Promise<Swept>
  log: { warn: (details: object, message: string) => void }
}

interface Change { key: string, message: string, share: (channel: string, message: string) => Promise<void> }

const remembered = 100_000
const atOnce = 500

/**
 * Vouches for Redis to processes that cannot ask Postgres, when they ask: what Postgres knew when it was swept stands in Redis, and
 * has been told through it, by whoever changed it or by this node in its stead. Nothing of this is done while nobody asks.
 */
export function createVouching ({ redis, shared, trust, kids, sweepAll, log }: Options) {
  const channel = changesChannel(redis)
  let questions = new Map<string, string>()
  let connections = -1
  // Changes that stand in Redis as far as this node knows, and those that were told: whoever listens has heard what this node has.
  let standing = createBoundedSet(remembered)
  let told = createBoundedSet(remembered)
  // What some sweep brought was not gone through.
  let behind = true
  let running = false

  const changesIn = ({ ended, renewed, users, deleted }: Swept): Change[] => [
    ...ended.map((id): Change => ({
      key: id, message: changeMessage.ended([id]), share: (...word) => shared.sessions.end(id, ...word)
    })),
    ...renewed.map((session): Change => ({
      key: `${session.id} ${session.version}`, message: changeMessage.session(session.id, session.version), share: (...word) => shared.sessions.put(session, ...word)
    })),
    ...users.map((user): Change => ({
      key: `${user.id} ${user.version}`, message: changeMessage.user(user.id, user.version), share: (...word) => shared.users.put(user, ...word)
    })),
    ...deleted.map((id): Change => ({
      key: `${id} ${endedVersion}`, message: changeMessage.user(id, endedVersion), share: (...word) => shared.users.end(id, ...word)
    }))
  ]

  async function goThrough (swept: Swept) {
    const changes = changesIn(swept).filter(({ key }) => !standing.has(key))
    for (let at = 0; at < changes.length; at += atOnce) {
      await Promise.all(changes.slice(at, at + atOnce).map(async ({ key, message, share }) => {
        await (told.has(key) ? share('', '') : share(channel, message))
        standing.add(key)
      }))
    }
  }

  async function vouch (asked: string[], swept: Swept, through: number) {
    if (through !== connections) {
      standing = createBoundedSet(remembered)
      connections = through
      behind = true
    }
    const everything = behind
    behind = false
    await goThrough(everything ? await sweepAll() : swept)
    // Part of it may have gone to another Redis than the answer would.
    if (trust.connections !== through) throw new Error('Redis was connected to anew')
    await redis.publish(channel, changeMessage.vouched({ questions: asked, everyoneMicros: swept.everyoneMicros, kids: kids() }))
  }

  return {
    /** Before Postgres is swept; what this gives is to be told what that brought, and keeps nobody waiting. */
    begin (): (swept: Swept) => void {
      const asked = [...questions.values()]
      questions = new Map()
      const through = trust.connections
      if (asked.length === 0 || running || !trust.shared) return () => { behind = true }

      return (swept) => {
        running = true
        vouch(asked, swept, through)
          .catch((error: Error) => {
            behind = true
            log.warn({ error: error.message }, 'this node cannot vouch for Redis')
          })
          .finally(() => { running = false })
      }
    },

    /** The same listener, whose news this node need not tell again. */
    overhear: (listener: ChangeListener): ChangeListener => ({
      ...listener,
      asked (question) { questions.set(question.split('@')[0] ?? '', question) },
      session (id, version) {
        told.add(`${id} ${version}`)
        listener.session(id, version)
      },
      user (id, version) {
        told.add(`${id} ${version}`)
        listener.user(id, version)
      },
      ended (ids, at) {
        for (const id of ids) told.add(id)
        listener.ended(ids, at)
      },
      gap () {
        told = createBoundedSet(remembered)
        listener.gap()
      }
    })
  }
}
