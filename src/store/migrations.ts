import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import postgres, { type ISql } from 'postgres'
import Postgrator from 'postgrator'

const files = fileURLToPath(new URL('../../sql', import.meta.url))
const lock = 7237514

/** The version that the tables of this release have. */
export const newestMigration = async (): Promise<number> =>
  Math.max(...(await readdir(files)).map((name) => Number.parseInt(name)).filter((version) => !Number.isNaN(version)))

/**
 * Brings the tables to `version`, or to the newest; going back runs the undo files. All or nothing, and one process at a
 * time: others wait and then find nothing to do. Gives the names of the files that were run.
 */
export async function migrate (url: string | { path: string }, version = 'max'): Promise<string[]> {
  // A connection of its own: a change of tables may take longer than any request is allowed to. What it prepared would be left
  // behind on a connection of PgBouncer.
  const options = { max: 1, prepare: false, connect_timeout: 5, onnotice () {}, connection: { application_name: 'gatehouse-migrate' } }
  const sql = typeof url === 'string' ? postgres(url, options) : postgres('postgres://postgres@localhost/postgres', { ...options, path: url.path })
  try {
    return await sql.begin(async (tx) => {
      // Held until the transaction ends, so it works behind PgBouncer as well.
      await tx`select pg_advisory_xact_lock(${lock})`
      const postgrator = await runner(tx)
      const newest = await postgrator.getMaxVersion()
      if (version !== 'max' && Number(version) > newest) throw new Error(`there is no version ${Number(version)}: the newest is ${newest}`)
      const run = await postgrator.migrate(version)
      return run.map(({ filename }) => filename.slice(filename.lastIndexOf('/') + 1))
    })
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function runner (tx: ISql) {
  const [place] = await tx<{ database: string, schema: string }[]>`select current_database() as database, current_schema() as schema`
  return new Postgrator({
    driver: 'pg',
    database: place?.database ?? '',
    currentSchema: place?.schema ?? 'public',
    migrationPattern: `${files}/*.sql`,
    schemaTable: 'gatehouse_migrations',
    execQuery: async (query) => ({ rows: await tx.unsafe(query) }),
    execSqlScript: async (script) => { await tx.unsafe(script) }
  })
}
