import type { Sql } from '../database.js'

const batch = 1000
/** Kept a day longer than anybody needs them, for whoever looks into what happened yesterday. */
const kept = '1 day'

/**
 * Removes sessions that ended, or reached the greatest age a session may have, more than a day ago: a batch at a time, so that
 * nothing waits for it. Gives how many were removed.
 */
export async function purgeSessions (sql: Sql, maxSeconds: number): Promise<number> {
  let removed = 0
  for (let last = batch; last === batch;) {
    const { count } = await sql`
      delete from sessions
      where id in (
        select id
        from sessions
        where ended_at < now() - ${kept}::interval or created_at < now() - make_interval(secs => ${maxSeconds}) - ${kept}::interval
        limit ${batch}
        for update skip locked
      )
    `
    last = count
    removed += count
  }
  return removed
}
