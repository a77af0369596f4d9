import { eventTypes, type Event, type EventType } from '../lib/event.js'
import type { Sql } from './database.js'

/** Where a page begins: after the event of this moment, in microseconds, and this id. */
export interface EventPlace { micros: string, id: string }

export interface EventQuery {
  user: string | undefined
  type: EventType | undefined
  after: EventPlace | undefined
  limit: number
}

export type ListedEvent = Event & EventPlace

type Row = Omit<ListedEvent, 'at'> & { at: Date }

export type EventList = ReturnType<typeof createEventList>

/** Gives up to `limit` events, newest first. */
export function createEventList (sql: Sql) {
  const columns = sql`id, at, type, user_id, session_id, ip, user_agent, detail`

  return async ({ user, type, after, limit }: EventQuery): Promise<ListedEvent[]> => {
    // Each in the form of the index that is meant for it (sql/008).
    const at = user === undefined && type === undefined ? sql`at` : sql`(at at time zone 'utc')`
    const epoch = user === undefined && type === undefined ? sql`'epoch'::timestamptz` : sql`'epoch'::timestamp`
    const older = after === undefined ? sql`` : sql`and (${at}, id) < (${epoch} + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::bigint)`
    const first = sql`order by ${at} desc, id desc limit ${limit}`

    const found = user === undefined
      ? sql`select ${columns} from events where ${type === undefined ? sql`true` : sql`type = ${type}`} ${older} ${first}`
      : sql`
        select newest.*
        from unnest(${type === undefined ? [...eventTypes] : [type]}::text[]) as wanted (type)
        cross join lateral (
          select ${columns}
          from events
          where user_id = ${user} and events.type collate "C" = wanted.type ${older}
          ${first}
        ) as newest
        ${first}
      `
    const rows = await sql<Row[]>`
      select ${columns}, (extract(epoch from at) * 1000000)::bigint as micros
      from (${found}) as found
      order by at desc, id desc
    `
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
  }
}
