import type { Sql } from './database.js'
import type { SessionRecord } from './sessions/record.js'
import { live, recordOf as sessionRecordOf, sessionColumns, type Session } from './sessions/row.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from './users/row.js'

/** What Postgres told of the time since the last sweep. */
export interface Swept {
  /** The database's clock; the next sweep begins there. */
  at: Date
  ended: string[]
  /** How many milliseconds before `at` each of them ended. */
  endedAgo: number[]
  /** Up to when everybody's sessions were ended, in microseconds. */
  everyoneMicros: number | undefined
  /** Live sessions whose former tokens died with a change of the password. */
  renewed: SessionRecord[]
  users: UserRecord[]
  /** The ids of users who were deleted. */
  deleted: string[]
}

/** A change is committed at most this long after the moment it bears, since no transaction of ours lives longer. */
const lateSeconds = 5

/** Asks for endings, renewals, changed and deleted users since `since`, or within `seconds` when it is undefined. */
export async function sweep (sql: Sql, since: Date | undefined, seconds: number): Promise<Swept> {
  const from = since === undefined
    ? sql`now() - make_interval(secs => ${seconds})`
    : sql`${since}::timestamptz - make_interval(secs => ${lateSeconds})`

  const [[endings], renewed, users] = await Promise.all([
    sql<{ at: Date, ended: string[] | null, endedAgo: number[] | null, everyoneMicros: string | null, deleted: string[] | null }[]>`
      select
        now() as at,
        array_agg(id) as ended,
        array_agg((extract(epoch from now() - ended_at) * 1000)::int) as ended_ago,
        (select (extract(epoch from max(at)) * 1000000)::bigint from mass_endings) as everyone_micros,
        (select array_agg(user_id) from events where type = 'user.deleted' and at >= ${from}) as deleted
      from sessions
      where ended_at >= ${from}
    `,
    sql<Session[]>`select ${sessionColumns(sql)} from sessions where renewed_at >= ${from} and ${live(sql)}`,
    sql<UserRow[]>`
      select ${userColumns(sql)}
      from users
      where updated_at >= ${from} and version > 1
      order by updated_at
    `
  ])
  return {
    at: endings?.at ?? new Date(0),
    ended: endings?.ended ?? [],
    endedAgo: endings?.endedAgo ?? [],
    everyoneMicros: endings?.everyoneMicros == null ? undefined : Number(endings.everyoneMicros),
    renewed: renewed.map(sessionRecordOf),
    users: users.map(recordOf),
    deleted: endings?.deleted ?? []
  }
}
