import type { ISql } from 'postgres'
import type { Sql } from '../database.js'
import type { Role, Transport } from '../../schemas.js'
import type { Origin } from '../events.js'
import type { SessionRecord } from './record.js'

export interface Session {
  id: string
  userId: string
  accessId: string
  refreshId: string
  previousAccessId: string | null
  previousRefreshId: string | null
  olderRefreshIds: string[] | null
  olderReplacedAt: Date[] | null
  successorUsed: boolean
  accessRole: Role
  transport: Transport
  version: number
  refreshedAt: Date
  expiresAt: Date
  /** As text: microseconds, more than a Date holds. */
  openedAtMicros: string
  live: boolean
  /** The database's clock when the row was read. */
  readAt: Date
}

export interface NewSession extends Origin {
  id: string
  accessId: string
  refreshId: string
  transport: Transport
  /** Sessions whose live refresh token came with the login: they end. */
  replaces: Array<{ id: string, refreshId: string }>
}

export interface Successor { accessId: string, refreshId: string, role: Role }

export type EndedBecause =
  'logout' | 'revoked' | 'reuse' | 'replaced' | 'too_many' |
  'password_changed' | 'password_reset' | 'user_disabled' | 'user_deleted' | 'everyone'

/** The session that was opened, and the ids of those that ended for it. */
export interface Opened { session: Session, ended: string[] }

interface Lifetimes { refreshSeconds: number, maxSeconds: number, overlapMilliseconds: number, perUser: number }

export type SessionsRecord = ReturnType<typeof createSessionsRecord>

/** The record of sessions. Every change is one statement, or one transaction behind the user's row lock. */
export function createSessionsRecord (sql: Sql, { refreshSeconds, maxSeconds, overlapMilliseconds, perUser }: Lifetimes) {
  const columns = sql`
    id, user_id, access_id, refresh_id, previous_access_id, previous_refresh_id, older_refresh_ids, older_replaced_at,
    successor_used, access_role, transport, version, refreshed_at, expires_at,
    (extract(epoch from created_at) * 1000000)::bigint as opened_at_micros,
    ended_at is null and expires_at > now() as live, now() as read_at
  `
  const live = sql`ended_at is null and expires_at > now()`
  const end = (because: EndedBecause) => sql`ended_at = now(), ended_because = ${because}, version = version + 1`
  const overlap = sql`make_interval(secs => ${overlapMilliseconds / 1000})`
  const idle = sql`make_interval(secs => ${Math.min(refreshSeconds, maxSeconds)})`

  /** Undefined when the password has changed since it was verified, or the user is disabled or gone. */
  async function open (user: { id: string, passwordVersion: number }, session: NewSession): Promise<Opened | undefined> {
    return await sql.begin(async (tx) => {
      // Whoever ends all sessions of this user holds the same lock: this one comes before it and ends too, or after it.
      const [owner] = await tx<{ role: Role }[]>`
        select role
        from users
        where id = ${user.id} and password_version = ${user.passwordVersion} and disabled_at is null
        for no key update
      `
      if (owner === undefined) return undefined

      const [opened] = await tx<Session[]>`
        with opened as (
          insert into sessions (id, user_id, access_id, refresh_id, access_role, transport, ip, user_agent, created_at, refreshed_at, expires_at)
          select
            ${session.id}::uuid, ${user.id}::uuid, ${session.accessId}::uuid, ${session.refreshId}::uuid, ${owner.role}, ${session.transport},
            ${session.ip}, ${session.userAgent}, at, at, at + ${idle}
          from clock_timestamp() as at
          returning ${columns}
        ), noted as (
          insert into events (type, user_id, session_id, ip, user_agent)
          select 'login.succeeded', user_id, id, ${session.ip}, ${session.userAgent} from opened
        )
        select * from opened
      `
      const replaced = await endReplaced(tx, session)
      return { session: opened as Session, ended: [...replaced, ...await endSurplus(tx, user.id, session.id)] }
    })
  }

  async function endReplaced (tx: ISql, { replaces, ip, userAgent }: NewSession): Promise<string[]> {
    const ended: string[] = []
    for (const { id, refreshId } of replaces) {
      const rows = await tx<{ id: string }[]>`
        update sessions
        set ${end('replaced')}
        where id = ${id} and ${refreshId} in (refresh_id, previous_refresh_id) and ended_at is null
        returning id
      `
      ended.push(...rows.map(({ id }) => id))
    }
    if (ended.length > 0) await noteEnded(tx, ended, 'replaced', { ip, userAgent })
    return ended
  }

  async function endSurplus (tx: ISql, userId: string, newest: string): Promise<string[]> {
    const rows = await tx<{ id: string }[]>`
      update sessions
      set ${end('too_many')}
      where id in (
        select id
        from sessions
        where user_id = ${userId} and id <> ${newest} and ${live}
        order by refreshed_at desc
        offset ${perUser - 1}
      )
      returning id
    `
    const ended = rows.map(({ id }) => id)
    if (ended.length > 0) await noteEnded(tx, ended, 'too_many', { ip: null, userAgent: null })
    return ended
  }

  async function noteEnded (tx: ISql, ids: string[], because: EndedBecause, from: { ip: string | null, userAgent: string | null }) {
    await tx`
      insert into events (type, user_id, session_id, ip, user_agent, detail)
      select 'session.ended', user_id, id, ${from.ip}, ${from.userAgent}, jsonb_build_object('because', ${because}::text)
      from sessions
      where id = any(${ids})
    `
  }

  async function find (id: string): Promise<Session | undefined> {
    const [session] = await sql<Session[]>`select ${columns} from sessions where id = ${id} and user_id is not null`
    return session
  }

  /** Compare and swap: of racing refreshes of one token one wins, and the others read its successor. */
  async function rotate (id: string, userId: string, presented: string, next: Successor): Promise<Session | undefined> {
    const [session] = await sql<Session[]>`
      update sessions
      set access_id = ${next.accessId}, refresh_id = ${next.refreshId}, access_role = ${next.role},
          previous_access_id = access_id, previous_refresh_id = refresh_id,
          older_refresh_ids = older.ids, older_replaced_at = older.ats,
          successor_used = false, refreshed_at = now(), version = version + 1,
          expires_at = least(now() + ${idle}, created_at + make_interval(secs => ${maxSeconds}))
      from (
        select array_agg(refresh_id) as ids, array_agg(replaced_at) as ats
        from (
          select previous_refresh_id as refresh_id, refreshed_at as replaced_at
          from sessions
          where id = ${id} and previous_refresh_id is not null
          union all
          select unnest(older_refresh_ids), unnest(older_replaced_at)
          from sessions
          where id = ${id}
        ) as replaced
        where replaced_at > now() - ${overlap}
      ) as older
      where sessions.id = ${id} and user_id = ${userId} and refresh_id = ${presented} and ${live}
      returning ${columns}
    `
    return session
  }

  /** Gives the session's user when this call ended it. */
  async function endOne (id: string, because: EndedBecause, { ip, userAgent }: Origin): Promise<string | undefined> {
    const type = because === 'reuse' ? 'session.reuse_detected' : 'session.ended'
    const [ended] = await sql<{ userId: string }[]>`
      with ended as (
        update sessions
        set ${end(because)}
        where id = ${id} and ended_at is null
        returning id, user_id
      ), noted as (
        insert into events (type, user_id, session_id, ip, user_agent, detail)
        select ${type}, user_id, id, ${ip}, ${userAgent}, jsonb_build_object('because', ${because}::text) from ended
      )
      select user_id from ended
    `
    return ended?.userId
  }

  /** Ends all sessions of a user but `except`; those being made at that moment too. Gives their ids. */
  async function endAllOf (userId: string, because: EndedBecause, { ip, userAgent }: Origin, except: string | null = null): Promise<string[]> {
    return await sql.begin(async (tx) => {
      await tx`select from users where id = ${userId} for no key update`
      const rows = await tx<{ id: string }[]>`
        with ended as (
          update sessions
          set ${end(because)}
          where user_id = ${userId} and ended_at is null and id is distinct from ${except}
          returning id, user_id
        ), noted as (
          insert into events (type, user_id, session_id, ip, user_agent, detail)
          select 'session.ended', user_id, id, ${ip}, ${userAgent}, jsonb_build_object('because', ${because}::text) from ended
        )
        select id from ended
      `
      return rows.map(({ id }) => id)
    })
  }

  /** Remembers that the live access token has authenticated a request; gives the session when that was news. */
  async function markUsed (id: string, accessId: string): Promise<Session | undefined> {
    const [session] = await sql<Session[]>`
      update sessions
      set successor_used = true, version = version + 1
      where id = ${id} and access_id = ${accessId} and not successor_used and ended_at is null
      returning ${columns}
    `
    return session
  }

  return { open, find, rotate, endOne, endAllOf, markUsed }
}

/** What the layers above hold of a session. */
export function recordOf (session: Session): SessionRecord {
  return {
    id: session.id,
    userId: session.userId,
    version: session.version,
    accessId: session.accessId,
    previousAccessId: session.previousAccessId ?? undefined,
    refreshedAt: session.refreshedAt.getTime(),
    openedAtMicros: Number(session.openedAtMicros),
    used: session.successorUsed
  }
}
