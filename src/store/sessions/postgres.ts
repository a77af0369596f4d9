import type { Role } from '../../schemas.js'
import type { Sql } from '../database.js'
import type { Origin } from '../events.js'
import { createEnding } from './ending.js'
import { createListing } from './listing.js'
import { createOpening } from './opening.js'
import { createRenewal } from './renewal.js'
import { live, sessionColumns, type Lifetimes, type Session } from './row.js'

export interface Successor extends Origin { accessId: string, refreshId: string, role: Role }

export type SessionsRecord = ReturnType<typeof createSessionsRecord>

/** The record of sessions. Every change is one statement, or one transaction behind the user's row lock. */
export function createSessionsRecord (sql: Sql, lifetimes: Lifetimes) {
  const { refreshSeconds, maxSeconds, overlapMilliseconds } = lifetimes
  const columns = sessionColumns(sql)
  const overlap = sql`make_interval(secs => ${overlapMilliseconds / 1000})`
  const idle = sql`make_interval(secs => ${refreshSeconds})`

  async function find (id: string): Promise<Session | undefined> {
    const [session] = await sql<Session[]>`select ${columns} from sessions where id = ${id} and user_id is not null`
    return session
  }

  const replacedLately = (id: string) => sql`
    select array_agg(access_id) as access_ids, array_agg(refresh_id) as refresh_ids, array_agg(replaced_at) as ats
    from (
      select previous_access_id as access_id, previous_refresh_id as refresh_id, refreshed_at as replaced_at
      from sessions
      where id = ${id} and previous_refresh_id is not null
      union all
      select unnest(older_access_ids), unnest(older_refresh_ids), unnest(older_replaced_at)
      from sessions
      where id = ${id}
    ) as replaced
    where replaced_at > now() - ${overlap}
  `

  /** Compare and swap: of racing refreshes of one token one wins, and the others read its successor. */
  async function rotate (id: string, userId: string, presented: string, { accessId, refreshId, role, ip, userAgent }: Successor): Promise<Session | undefined> {
    const [session] = await sql<Session[]>`
      with rotated as (
        update sessions
        set access_id = ${accessId}, refresh_id = ${refreshId}, access_role = ${role},
            previous_access_id = access_id, previous_refresh_id = refresh_id,
            older_access_ids = older.access_ids, older_refresh_ids = older.refresh_ids, older_replaced_at = older.ats,
            successor_used = false, refreshed_at = now(), version = version + 1,
            expires_at = least(now() + ${idle}, created_at + make_interval(secs => ${maxSeconds}))
        from (${replacedLately(id)}) as older
        where sessions.id = ${id} and user_id = ${userId} and refresh_id = ${presented} and ${live(sql)}
        returning ${columns}
      ), noted as (
        insert into events (type, user_id, session_id, ip, user_agent)
        select 'session.refreshed', user_id, id, ${ip}, ${userAgent} from rotated
      )
      select * from rotated
    `
    return session
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

  return { ...createOpening(sql, lifetimes), ...createRenewal(sql, lifetimes), ...createEnding(sql), ...createListing(sql), find, rotate, markUsed }
}
