import postgres from 'postgres'
import { newestMigration } from './migrations.js'

export interface PostgresFacts {
  version: number
  versionName: string
  encoding: string
  standby: boolean
  readOnly: boolean
  /** Settings that are off, of those that keep what was committed. */
  forgets: string[]
  planCacheMode: string
  /** How many connections this role may have in all, and how many there are beside ours. */
  mayConnect: number
  connectedElsewhere: number
  /** What a connection of ours has, whoever set it; `0` is none. */
  statementTimeout: string
  /** Milliseconds that the database's clock is ahead of this machine's, and how far off that may be. */
  ahead: number
  aheadWithin: number
  migration: number
  newest: number
  pooler: 'session' | 'transaction' | 'statement' | undefined
}

const connectSeconds = 5
const asked = '1499ms'

type Startup = Record<string, string>

/** Reads what there is to know of a Postgres, and changes nothing there. Throws what connecting throws. */
export async function readPostgresFacts (url: string, now: () => number): Promise<PostgresFacts> {
  const open = (startup: Startup) => postgres(url, {
    max: 1, prepare: false, fetch_types: false, connect_timeout: connectSeconds, onnotice () {}, connection: { application_name: 'gatehouse-doctor', ...startup }
  })
  // As a node connects: a pooler says no to its time limits.
  const first = open({ statement_timeout: asked })
  const refused = await first`select 1`.then(() => false, (error: Error) => {
    if (!/startup parameter/.test(error.message)) throw error
    return true
  })
  const sql = refused ? open({}) : first
  const second = open(refused ? {} : { statement_timeout: asked })
  try {
    const settings = await settingsOf(sql)
    // What hides that refusal has us connected without them.
    const pooled = refused || settings.statementTimeout !== asked
    return {
      ...settings,
      ...await clockOf(sql, now),
      migration: await migrationOf(sql),
      newest: await newestMigration(),
      pooler: pooled ? await modeOf(sql, second) : undefined
    }
  } finally {
    await Promise.all([first, sql, second].map(async (each) => await each.end({ timeout: 1 })))
  }
}

async function settingsOf (sql: postgres.Sql) {
  const [row] = await sql<[Omit<PostgresFacts, 'forgets'> & { off: string }]>`
    select
      current_setting('server_version_num')::int as version,
      current_setting('server_version') as "versionName",
      current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby,
      current_setting('default_transaction_read_only') = 'on' as "readOnly",
      (select coalesce(string_agg(name, ' ' order by name), '') from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off') as off,
      current_setting('plan_cache_mode') as "planCacheMode",
      least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
        (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
      ) as "mayConnect",
      (select count(*)::int from pg_stat_activity where datname is not null and application_name not like 'gatehouse%') as "connectedElsewhere",
      current_setting('statement_timeout') as "statementTimeout"
  `
  const { off, ...settings } = row
  return { ...settings, forgets: off.split(' ').filter(Boolean) }
}

async function clockOf (sql: postgres.Sql, now: () => number) {
  const looks = []
  for (let look = 0; look < 3; look++) {
    const sent = now()
    const [row] = await sql<[{ at: number }]>`select extract(epoch from clock_timestamp())::float8 * 1000 as at`
    const took = now() - sent
    looks.push({ ahead: Math.round(row.at - sent - took / 2), aheadWithin: Math.ceil(took / 2) })
  }
  return looks.sort((one, other) => one.aheadWithin - other.aheadWithin)[0] ?? { ahead: 0, aheadWithin: Infinity }
}

async function migrationOf (sql: postgres.Sql): Promise<number> {
  const [there] = await sql<[{ table: string | null }]>`select to_regclass('gatehouse_migrations')::text as table`
  if (there.table === null) return 0
  const [row] = await sql<[{ version: number | null }]>`select max(version)::int as version from gatehouse_migrations`
  return row.version ?? 0
}

// Between transactions, a pooler of transactions lends one connection to both of us; one of sessions keeps one for each.
async function modeOf (sql: postgres.Sql, other: postgres.Sql): Promise<NonNullable<PostgresFacts['pooler']>> {
  const backend = async (of: postgres.Sql) => (await of<[{ pid: number }]>`select pg_backend_pid() as pid`)[0].pid
  const transactions = await sql.begin(async (tx) => { await tx`select 1` }).then(() => true, () => false)
  if (!transactions) return 'statement'
  return await backend(sql) === await backend(other) ? 'transaction' : 'session'
}
