import type { ISql } from 'postgres'
import type { EventType } from '../lib/event.js'
import type { Sql } from './database.js'
import { isUnavailable } from './unavailable.js'

/** Where a request came from, as events and sessions remember it. */
export interface Origin { ip: string, userAgent: string | null }

export interface NewEvent extends Partial<Origin> {
  type: EventType
  userId?: string | null
  sessionId?: string | null
  /** Words of ours and the caller's, never a secret. */
  detail?: Record<string, string | number | boolean | null>
}

/** An event of no transaction, written some time after it happened. */
export interface NotedEvent extends NewEvent {
  /** Says whose account it was about, should there be one. It is not kept: people type passwords where their address belongs. */
  email?: string
  /** Milliseconds of the clock `monotonic`. */
  happenedAt: number
  number?: EventNumber
}

interface EventNumber { id: string, micros: number }

/** Writes an event in the transaction of the change it tells of. */
export async function noteEvent (sql: ISql, { type, userId = null, sessionId = null, ip, userAgent, detail = {} }: NewEvent) {
  await sql`
    insert into events (type, user_id, session_id, ip, user_agent, detail)
    values (${type}, ${userId}, ${sessionId}, ${ip ?? null}, ${userAgent ?? null}, ${JSON.stringify(detail)}::text::jsonb)
  `
}

/** Writes many events in one statement, each once however often that is tried. Gives how many the tables refuse. */
export async function writeEvents (sql: Sql, events: NotedEvent[], now: number): Promise<number> {
  await number(sql, events.filter((event) => event.number === undefined), now)
  try {
    await insert(sql, events)
    return 0
  } catch (error) {
    if (isUnavailable(error)) throw error
    // One of them is at fault: the others shall not wait for it.
    if (events.length === 1) return 1
    let refused = 0
    for (const event of events) refused += await writeEvents(sql, [event], now)
    return refused
  }
}

// Before they are written, so that a write whose answer was lost can be repeated. The time is the database's, like that of all events.
async function number (sql: Sql, events: NotedEvent[], now: number) {
  if (events.length === 0) return
  const numbers = await sql<{ id: string, micros: string }[]>`
    select nextval('events_id_seq') as id, (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros
    from generate_series(1, ${events.length})
  `
  for (const [place, event] of events.entries()) {
    const { id = '', micros = '' } = numbers[place] ?? {}
    event.number = { id, micros: Number(micros) - Math.round((now - event.happenedAt) * 1000) }
  }
}

async function insert (sql: Sql, events: NotedEvent[]) {
  const rows = events.map(({ number, type, userId, email, sessionId, ip, userAgent, detail = {} }) =>
    ({ ...number, type, userId, email, sessionId, ip, userAgent, detail }))
  await sql`
    insert into events (id, at, type, user_id, session_id, ip, user_agent, detail)
    overriding system value
    select noted.id, 'epoch'::timestamptz + micros * interval '1 microsecond', type, coalesce("userId", users.id), "sessionId", ip, "userAgent", detail
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as noted (
      id bigint, micros bigint, type text, "userId" uuid, email text, "sessionId" uuid, ip text, "userAgent" text, detail jsonb
    )
    left join users on users.email = noted.email
    on conflict do nothing
  `
}
