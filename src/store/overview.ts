import type { Steps } from '../lib/periods.js'
import type { Overview, SignInCounts } from '../schemas.js'
import type { Sql } from './database.js'
import { live } from './sessions/row.js'

export type Counts = Pick<Overview, 'users' | 'sessions'>

/** How many rows are looked at before a count is given up: it costs the same however many there are. */
const most = 500_000

const outcomes = { 'login.succeeded': 'succeeded', 'login.failed': 'failed', 'login.throttled': 'throttled' } as const
type Outcome = keyof typeof outcomes

interface Row { type: Outcome, begin: Date, times: number }

/** What the stores know of how it goes. `looked` is the most rows that a count looks at. */
export function createOverview (sql: Sql, looked = most) {
  return {
    /** How many signed in, failed to, and were refused in each of these steps. */
    async signIns ({ stepSeconds, begin, from, to }: Steps): Promise<SignInCounts[]> {
      // In the form of the index that is meant for it (sql/008).
      const at = sql`(at at time zone 'utc')`
      const moment = (milliseconds: number) => sql`(${new Date(milliseconds).toISOString()}::timestamptz at time zone 'utc')`
      const rows = await sql<Row[]>`
        select
          type,
          date_bin(make_interval(secs => ${stepSeconds}), at, 'epoch') as begin,
          sum(case type when 'login.throttled' then coalesce((detail ->> 'times')::integer, 1) else 1 end)::float8 as times
        from events
        where type = any(${Object.keys(outcomes)}::text[]) and ${at} >= ${moment(from)} and ${at} < ${moment(to)}
        group by 1, 2
      `
      const steps = new Map(begin.map((at) => [at, { at: new Date(at).toISOString(), succeeded: 0, failed: 0, throttled: 0 }]))
      for (const { type, begin, times } of rows) {
        const step = steps.get(begin.getTime())
        if (step !== undefined) step[outcomes[type]] = times
      }
      return [...steps.values()]
    },

    /** How many users there are, and how many sessions live. */
    async counts (): Promise<Counts> {
      const [row] = await sql<{ users: number, roughly: number, live: number, sessions: number }[]>`
        select users, roughly, live, sessions
        from
          (select count(*)::integer as users from (select from users limit ${looked + 1}) as few) as counted,
          (select reltuples::float8 as roughly from pg_class where oid = 'users'::regclass) as estimated,
          (
            select count(*) filter (where ${live(sql)})::integer as live, count(*)::integer as sessions
            from (select ended_at, expires_at, created_at from sessions limit ${looked + 1}) as sessions
          ) as signed_in
      `
      const { users, roughly, live: alive, sessions } = row ?? { users: 0, roughly: 0, live: 0, sessions: 0 }
      const exact = users <= looked
      return {
        users: { total: exact ? users : Math.max(users, Math.round(roughly)), exact },
        sessions: { live: alive, capped: sessions > looked }
      }
    }
  }
}
