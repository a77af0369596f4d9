import type { ISql } from 'postgres'
import type { Sql } from '../database.js'
import type { Origin } from '../events.js'
import { toldOrigin } from '../outbox.js'
import { asEnded, live, type EndedBecause } from './row.js'

export interface Ending extends Partial<Origin> {
  because: EndedBecause
  /** Who ended them, when it was somebody else. */
  by?: string
  /** The one session that stays. */
  except?: string | null
}

/** Ends all sessions of a user in a transaction that holds the lock of the user's row: those being made end too. Gives their ids. */
export async function endSessionsOf (tx: ISql, userId: string, { because, by, except = null, ip, userAgent }: Ending): Promise<string[]> {
  const detail = JSON.stringify({ because, by })
  const rows = await tx<{ id: string }[]>`
    with ended as (
      update sessions
      set ${asEnded(tx, because)}
      where user_id = ${userId} and ended_at is null and id is distinct from ${except}
      returning id, user_id
    ), noted as (
      insert into events (type, user_id, session_id, ip, user_agent, detail)
      select 'session.ended', user_id, id, ${ip ?? null}, ${userAgent ?? null}, ${detail}::text::jsonb from ended
    )
    select id from ended
  `
  return rows.map(({ id }) => id)
}

/** How sessions end: one, all of a user, or everybody's. Each leaves its event in the same transaction. */
export function createEnding (sql: Sql) {
  /** Gives the session's user when this call ended it; he is told of a reuse. */
  async function endOne (id: string, because: EndedBecause, { ip, userAgent }: Origin): Promise<string | undefined> {
    const type = because === 'reuse' ? 'session.reuse_detected' : 'session.ended'
    const [ended] = await sql<{ userId: string }[]>`
      with ended as (
        update sessions
        set ${asEnded(sql, because)}
        where id = ${id} and ended_at is null
        returning id, user_id
      ), noted as (
        insert into events (type, user_id, session_id, ip, user_agent, detail)
        select ${type}, user_id, id, ${ip}, ${userAgent}, jsonb_build_object('because', ${because}::text) from ended
      ), told as (
        insert into outbox (kind, user_id, email, detail)
        select 'reuse_detected', users.id, email, ${JSON.stringify(toldOrigin({ ip, userAgent }))}::text::jsonb
        from ended
        join users on users.id = user_id
        where ${because} = 'reuse' and disabled_at is null
      )
      select user_id from ended
    `
    return ended?.userId
  }

  /** Ends a live session of this user; false when he has none of this id. */
  async function endOwn (id: string, userId: string, because: EndedBecause, { ip, userAgent }: Origin): Promise<boolean> {
    const { count } = await sql`
      with ended as (
        update sessions
        set ${asEnded(sql, because)}
        where id = ${id} and user_id = ${userId} and ${live(sql)}
        returning id, user_id
      )
      insert into events (type, user_id, session_id, ip, user_agent, detail)
      select 'session.ended', user_id, id, ${ip}, ${userAgent}, jsonb_build_object('because', ${because}::text) from ended
    `
    return count > 0
  }

  /** Ends live sessions of anybody. Gives the ids of those that this call ended. */
  async function endThese (ids: string[], { because, by, ip, userAgent }: Omit<Ending, 'except'>): Promise<string[]> {
    const rows = await sql<{ id: string }[]>`
      with ended as (
        update sessions
        set ${asEnded(sql, because)}
        where id = any(${ids}::text[]::uuid[]) and ${live(sql)}
        returning id, user_id
      ), noted as (
        insert into events (type, user_id, session_id, ip, user_agent, detail)
        select 'session.ended', user_id, id, ${ip ?? null}, ${userAgent ?? null}, ${JSON.stringify({ because, by })}::text::jsonb from ended
      )
      select id from ended
    `
    return rows.map(({ id }) => id)
  }

  /** Ends all sessions of a user but `except`; those being made at that moment too. Gives their ids. */
  async function endAllOf (userId: string, because: EndedBecause, origin: Origin, except: string | null = null): Promise<string[]> {
    return await sql.begin(async (tx) => {
      await tx`select from users where id = ${userId} for no key update`
      return await endSessionsOf(tx, userId, { because, except, ...origin })
    })
  }

  /**
   * Ends everybody's sessions, those being made at that moment too, however many there are. Gives the moment, in microseconds of the
   * database's clock: every session opened up to it has ended.
   */
  async function endEveryone ({ by, ip, userAgent }: Omit<Ending, 'because' | 'except'>): Promise<number> {
    const [ending] = await sql<{ micros: string }[]>`
      with ending as (
        insert into mass_endings default values
        returning at
      ), noted as (
        insert into events (type, ip, user_agent, detail)
        select 'session.ended', ${ip ?? null}, ${userAgent ?? null}, ${JSON.stringify({ because: 'everyone', by })}::text::jsonb from ending
      )
      select (extract(epoch from at) * 1000000)::bigint as micros from ending
    `
    return Number(ending?.micros)
  }

  return { endOne, endOwn, endThese, endAllOf, endEveryone }
}
