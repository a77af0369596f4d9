import type { Sql } from './database.js'
import { inBatches } from './in-batches.js'

/** Removes events that are older than they are kept. Gives how many. */
export const purgeEvents = async (sql: Sql, keptSeconds: number): Promise<number> => await inBatches(async (most) => await sql`
  delete from events
  where ctid = any(array(
    select ctid
    from events
    where at < now() - make_interval(secs => ${keptSeconds})
    order by at
    limit ${most}
    for update skip locked
  ))
`)
