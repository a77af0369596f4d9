import type { ISql } from 'postgres'
import type { Transport } from '../../schemas.js'
import type { Sql } from '../database.js'
import type { Origin } from '../events.js'
import { rememberAddress } from '../known-addresses.js'
import { asEnded, live, sessionColumns, type EndedBecause, type Lifetimes, type Session } from './row.js'

export interface NewSession extends Origin {
  id: string
  accessId: string
  refreshId: string
  transport: Transport
  /** Sessions whose live refresh token came with the login: they end. */
  replaces: Array<{ id: string, refreshId: string }>
}

/** The session that was opened, and the ids of those that ended for it. */
export interface Opened { session: Session, ended: string[] }

/** How sessions are opened: one transaction, behind the lock of the user's row. */
export function createOpening (sql: Sql, { refreshSeconds, maxSeconds, perUser }: Lifetimes) {
  const columns = sessionColumns(sql)
  const idle = sql`make_interval(secs => ${Math.min(refreshSeconds, maxSeconds)})`

  /** Undefined when the password has changed since it was verified, or the user is disabled or gone. */
  async function open (user: { id: string, passwordVersion: number }, session: NewSession): Promise<Opened | undefined> {
    return await sql.begin(async (tx) => {
      // Whoever ends all sessions of this user holds the same lock: this one comes before it and ends too, or after it. Each statement
      // sees what the one before it waited for, so they go out together.
      const locked = tx`select from users where id = ${user.id} for no key update`.execute()
      const opening = tx<Session[]>`
        with opened as (
          insert into sessions (id, user_id, access_id, refresh_id, access_role, transport, ip, user_agent, created_at, refreshed_at, expires_at)
          select
            ${session.id}::uuid, users.id, ${session.accessId}::uuid, ${session.refreshId}::uuid, role, ${session.transport},
            ${session.ip}, ${session.userAgent}, at, at, at + ${idle}
          from users, clock_timestamp() as at
          where users.id = ${user.id} and password_version = ${user.passwordVersion} and disabled_at is null
          returning ${columns}
        ), noted as (
          insert into events (type, user_id, session_id, ip, user_agent)
          select 'login.succeeded', user_id, id, ${session.ip}, ${session.userAgent} from opened
        ), known as (
          ${rememberAddress(sql, session.ip)}
        )
        select * from opened
      `.execute()
      // One that is replaced is not one too many: it ends first.
      const surplus = session.replaces.length === 0 ? endSurplus(tx, user.id, session.id) : undefined
      const [, [opened]] = await Promise.all([locked, opening, surplus])
      if (opened === undefined) return undefined

      const replaced = await endReplaced(tx, session)
      return { session: opened, ended: [...replaced, ...await (surplus ?? endSurplus(tx, user.id, session.id))] }
    })
  }

  async function endReplaced (tx: ISql, { replaces, ip, userAgent }: NewSession): Promise<string[]> {
    const ids: string[] = []
    for (const { id, refreshId } of replaces) {
      const rows = await tx<{ id: string }[]>`
        update sessions
        set ${asEnded(sql, 'replaced')}
        where id = ${id} and ${refreshId} in (refresh_id, previous_refresh_id) and ended_at is null
        returning id
      `
      ids.push(...rows.map(({ id }) => id))
    }
    if (ids.length > 0) await noteEnded(tx, ids, 'replaced', { ip, userAgent })
    return ids
  }

  async function endSurplus (tx: ISql, userId: string, newest: string): Promise<string[]> {
    const rows = await tx<{ id: string }[]>`
      update sessions
      set ${asEnded(sql, 'too_many')}
      where id in (
        select id
        from sessions
        where user_id = ${userId} and id <> ${newest} and ${live(sql)} and exists (select from sessions where id = ${newest})
        order by refreshed_at desc
        offset ${perUser - 1}
      )
      returning id
    `
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await noteEnded(tx, ids, 'too_many', { ip: null, userAgent: null })
    return ids
  }

  async function noteEnded (tx: ISql, ids: string[], because: EndedBecause, from: { ip: string | null, userAgent: string | null }) {
    await tx`
      insert into events (type, user_id, session_id, ip, user_agent, detail)
      select 'session.ended', user_id, id, ${from.ip}, ${from.userAgent}, jsonb_build_object('because', ${because}::text)
      from sessions
      where id = any(${ids})
    `
  }

  return { open }
}
