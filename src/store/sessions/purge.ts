import type { Sql } from '../database.js'
import { inBatches } from '../in-batches.js'

/** Kept a day longer than anybody needs them, for whoever looks into what happened yesterday. */
const kept = '1 day'

/** Removes sessions that ended, or reached the greatest age a session may have, more than a day ago. Gives how many. */
export const purgeSessions = async (sql: Sql, maxSeconds: number): Promise<number> => await inBatches(async (most) => await sql`
  delete from sessions
  where id in (
    select id
    from sessions
    where ended_at < now() - ${kept}::interval or created_at < now() - make_interval(secs => ${maxSeconds}) - ${kept}::interval
    limit ${most}
    for update skip locked
  )
`)
