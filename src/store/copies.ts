import { setTimeout as wait } from 'node:timers/promises'
import { monotonic } from '../lib/monotonic.js'
import { changeMessage, changesChannel, subscribeToChanges, type Changes } from './changes.js'
import type { Sql } from './database.js'
import { createDatabaseClock } from './database-clock.js'
import { createEndings } from './endings.js'
import { createLayered } from './layers/layered.js'
import { createLocalCopies } from './layers/local.js'
import { endedVersion } from './layers/shared.js'
import { createTrust } from './layers/trust.js'
import type { RedisClient } from './redis.js'
import type { SessionsRecord } from './sessions/postgres.js'
import { recordOf } from './sessions/row.js'
import type { SessionRecord } from './sessions/record.js'
import { createCopiesInRedis, keptMilliseconds } from './shared-copies.js'
import { sweep, type Swept } from './sweep.js'
import type { UsersStore } from './users/postgres.js'
import type { UserRecord } from './users/row.js'
import { createVouching } from './vouching.js'

interface Options {
  sql: Sql
  redis: { url: string, client: RedisClient } | undefined
  records: { sessions: SessionsRecord, users: UsersStore }
  accessSeconds: number
  /** The access keys that this node accepts. */
  kids: () => string[]
  /** A session's end was heard of first by this channel, so many seconds after it was committed. */
  heardEnding?: (channel: 'redis' | 'sweep', seconds: number) => void
  log: { warn: (details: object, message: string) => void }
}

const localCopies = 131_072
const sweepMilliseconds = 1000

export type Copies = ReturnType<typeof createCopies>

/** The copies of sessions and users that this node holds and shares, and the two channels that keep them true. */
export function createCopies ({ sql, redis, records, accessSeconds, kids, heardEnding = () => {}, log }: Options) {
  const kept = keptMilliseconds(accessSeconds)
  const shared = redis && createCopiesInRedis(redis.client, accessSeconds)
  const channel = redis && changesChannel(redis.client)
  const trust = createTrust({ shared: redis !== undefined })
  const endings = createEndings({ accessMilliseconds: kept.session })
  const clock = createDatabaseClock()
  const counts = { sweeps: 0, failedSweeps: 0, endedHere: 0, untold: 0 }

  const vouching = redis && shared && createVouching({ redis: redis.client, shared, trust, kids, sweepAll: async () => await sweepSince(undefined), log })

  const sessions = createLayered<SessionRecord>({
    local: createLocalCopies({ max: localCopies }),
    shared: shared?.sessions,
    read: async (id) => {
      const session = await records.sessions.find(id)
      if (session?.live === true) return recordOf(session)
      endings.add([id])
      return undefined
    },
    trust,
    log
  })

  const users = createLayered<UserRecord>({
    local: createLocalCopies({ max: localCopies }),
    shared: shared?.users,
    read: records.users.find,
    trust,
    log
  })

  const listener = {
    session: (id: string, version: number) => sessions.drop(id, version),
    user: (id: string, version: number) => users.drop(id, version),
    ended (ids: string[], at?: number) {
      const lag = at === undefined ? undefined : ago(at)
      for (const id of endings.add(ids)) {
        sessions.drop(id)
        if (lag !== undefined) heardEnding('redis', lag / 1000)
      }
    },
    everyone (micros: number) {
      if (endings.addEveryone(micros)) sessions.clear()
    },
    gap () {
      sessions.clear()
      users.clear()
    }
  }

  /** How many milliseconds ago that was, by the database's clock. */
  function ago (at: number): number | undefined {
    const now = clock.now()
    return now === undefined ? undefined : Math.max(0, now - at)
  }

  async function tell (message: string) {
    if (redis === undefined || channel === undefined) return
    await redis.client.publish(channel, message).catch((error: Error) => {
      counts.untold++
      log.warn({ error: error.message }, 'the other nodes hear of a change by the sweep')
    })
  }

  /** These sessions have ended, by a change that is committed: refused here at once, told to all. */
  async function ended (ids: string[]) {
    if (ids.length === 0) return
    listener.ended(ids)
    counts.endedHere += ids.length
    await Promise.all([tell(changeMessage.ended(ids, clock.now())), ...ids.map(async (id) => await sessions.end(id))])
  }

  async function everyoneEnded (micros: number) {
    listener.everyone(micros)
    await tell(changeMessage.everyone(micros))
  }

  async function sessionChanged (record: SessionRecord) {
    await sessions.put(record, channel, changeMessage.session(record.id, record.version))
  }

  async function userChanged (user: UserRecord) {
    await users.put(user, channel, changeMessage.user(user.id, user.version))
  }

  /** These users are gone, by a change that is committed. */
  async function usersGone (ids: string[]) {
    for (const id of ids) users.drop(id, endedVersion)
    await Promise.all(ids.map(async (id) => await users.end(id)))
  }

  async function userGone (id: string) {
    await Promise.all([usersGone([id]), tell(changeMessage.user(id, endedVersion))])
  }

  // What ended before this node looked for the first time was not late.
  function hearSwept (ended: string[], endedAgo: number[], swept: number) {
    const fresh = new Set(endings.add(ended))
    for (const [place, id] of ended.entries()) {
      if (!fresh.has(id)) continue
      sessions.drop(id)
      const before = endedAgo[place]
      if (before !== undefined) heardEnding('sweep', Math.max(0, before + swept) / 1000)
    }
  }

  let since: Date | undefined
  let sweptOn = trust.connections

  const sweepSince = async (from: Date | undefined): Promise<Swept> => await sweep(sql, from, kept.user / 1000)

  async function sweepOnce () {
    const begun = monotonic()
    // A new connection may lead to an older Redis: whatever it can still hold is gone through anew.
    const { connections } = trust
    const from = sweptOn === connections ? since : undefined
    const vouch = vouching?.begin()
    const swept = await sweepSince(from)
    const { at, ended, endedAgo, everyoneMicros, renewed, users: changed, deleted } = swept
    clock.told(at, begun)

    hearSwept(ended, from === undefined ? [] : endedAgo, monotonic() - begun)
    if (everyoneMicros !== undefined) listener.everyone(everyoneMicros)
    await Promise.all([
      ...renewed.map(async (session) => await sessions.put(session)),
      ...changed.map(async (user) => await users.put(user)),
      usersGone(deleted)
    ])
    since = at
    sweptOn = connections
    trust.swept(begun)
    counts.sweeps++
    vouch?.(swept)
    if (trust.shared) {
      sessions.rewrite()
      users.rewrite()
    }
  }

  const stopping = new AbortController()
  let changes: Changes | undefined

  async function keepSweeping () {
    while (!stopping.signal.aborted) {
      await wait(sweepMilliseconds, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      if (stopping.signal.aborted) return
      await sweepOnce().catch((error: Error) => {
        counts.failedSweeps++
        log.warn({ error: error.message }, 'the sweep of Postgres failed')
      })
    }
  }

  let sweeping = Promise.resolve()

  return {
    sessions,
    users,
    endings,
    trust,
    counts: counts as Readonly<typeof counts>,
    ended,
    everyoneEnded,
    sessionChanged,
    userChanged,
    userGone,
    sweep: sweepOnce,

    /** Throws when Postgres cannot be asked what has ended lately. */
    async start () {
      await sweepOnce()
      sweeping = keepSweeping()
      if (redis !== undefined) changes = subscribeToChanges({ url: redis.url, redis: redis.client, trust, listener: vouching?.overhear(listener) ?? listener, log })
    },

    async close () {
      stopping.abort()
      changes?.close()
      await sweeping
    }
  }
}
