import type { Config } from '../../config.js'
import { isServed } from '../../store/embedded.js'
import { readPostgresFacts, type PostgresFacts } from '../../store/postgres-facts.js'
import { about, orOk, type Finding } from './finding.js'

type Settings = Pick<Config, 'databaseUrl' | 'databasePool' | 'dataDir' | 'clockToleranceSeconds'>

const remedies: Record<string, string> = {
  ECONNREFUSED: 'see that Postgres runs, and that host and port in DATABASE_URL are right',
  ENOTFOUND: 'mend the host in DATABASE_URL',
  CONNECT_TIMEOUT: 'see that no firewall is in between, and that host and port are right',
  '28P01': 'mend the user and the password in DATABASE_URL',
  28000: 'let pg_hba.conf admit this user from here',
  '3D000': "make it: create database gatehouse encoding 'UTF8' template template0",
  53300: 'raise max_connections, or lower DATABASE_POOL on the nodes'
}

/** Whether Postgres is there, keeps what it says it keeps, and is fit for this version. Migrates nothing. */
export async function examinePostgres (config: Settings, now: () => number): Promise<Finding[]> {
  const { ok, wrong } = about('postgres')
  if (config.databaseUrl === undefined) {
    return [ok(`embedded in ${config.dataDir}, ${await isServed(config.dataDir) ? 'served by a running node' : 'not running'}`)]
  }
  try {
    const facts = await readPostgresFacts(config.databaseUrl, now)
    return [...judgeServer(facts), ...judgeTables(facts), ...judgeClock(facts, config), ...judgeConnections(facts, config), ...judgePooler(facts)]
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException
    return [wrong(`cannot be asked: ${message || code}`, remedies[code] ?? 'mend DATABASE_URL')]
  }
}

export function judgeServer ({ version, versionName, encoding, standby, readOnly, forgets, planCacheMode }: PostgresFacts): Finding[] {
  const { ok, warning, wrong } = about('postgres')
  return orOk([
    version < 140_000 && wrong(`version ${versionName} is too old for the tables`, 'use Postgres 15 or newer'),
    version >= 140_000 && version < 150_000 && warning(`version ${versionName} is older than those that are tested`, 'use Postgres 15 or newer'),
    encoding !== 'UTF8' && wrong(`the database is written in ${encoding}: names with other signs are refused`, "make another: create database … encoding 'UTF8' template template0, and restore into it"),
    (standby || readOnly) && wrong(`it takes no writes: ${standby ? 'it is a standby' : 'default_transaction_read_only is on'}`, standby ? 'let DATABASE_URL lead to the primary' : 'set default_transaction_read_only = off'),
    forgets.length > 0 && wrong(`${forgets.join(', ')} off: what was acknowledged may be lost in a crash, and so may endings of sessions`, `set ${forgets.map((name) => `${name} = on`).join(', ')}`),
    planCacheMode !== 'auto' && warning(`plan_cache_mode is ${planCacheMode}: ${planCacheMode === 'force_custom_plan' ? 'every statement is planned anew' : 'lists and searches are planned without what they ask for'}`, 'reset plan_cache_mode to auto, for the role and for the database')
  ], ok(`version ${versionName}, ${encoding}, takes writes and keeps them`))
}

export function judgeTables ({ migration, newest }: PostgresFacts): Finding[] {
  const { ok, warning, wrong } = about('migrations')
  return orOk([
    migration < newest && warning(`the tables are at version ${migration}, this release wants ${newest}`, 'run `gatehouse migrate`; a node does the same as it starts'),
    migration > newest && wrong(`the tables are at version ${migration}, this release knows ${newest}`, `start the newer release, or run its \`gatehouse migrate --to ${newest}\` to go back`)
  ], ok(`at version ${migration}`))
}

export function judgeClock ({ ahead, aheadWithin }: PostgresFacts, { clockToleranceSeconds }: Pick<Config, 'clockToleranceSeconds'>): Finding[] {
  const { ok, warning, wrong } = about('clock')
  const off = Math.max(0, Math.abs(ahead) - aheadWithin)
  const says = `this machine is ${Math.abs(ahead) / 1000} s ${ahead > 0 ? 'behind' : 'ahead of'} Postgres`
  const remedy = 'let both keep time by NTP'
  return orOk([
    off > clockToleranceSeconds * 1000 && wrong(`${says}, more than CLOCK_TOLERANCE: good tokens are refused`, remedy),
    off > 500 && off <= clockToleranceSeconds * 1000 && warning(`${says}: overlaps of replaced tokens are longer or shorter by as much`, remedy)
  ], ok(`within ${Math.abs(ahead) + aheadWithin} ms of Postgres`))
}

export function judgeConnections ({ mayConnect, connectedElsewhere, pooler }: PostgresFacts, { databasePool }: Pick<Config, 'databasePool'>): Finding[] {
  const { ok, warning, wrong } = about('connections')
  if (pooler !== undefined) return [ok('the pooler has them')]
  const left = mayConnect - connectedElsewhere
  const remedy = 'lower DATABASE_POOL, raise max_connections, or put PgBouncer in between'
  return orOk([
    databasePool > mayConnect && wrong(`DATABASE_POOL=${databasePool}, and Postgres has ${mayConnect} for this role in all`, remedy),
    databasePool <= mayConnect && databasePool > left && warning(`${connectedElsewhere} of ${mayConnect} are taken by others: a node's ${databasePool} find no place`, remedy)
  ], ok(`room for ${Math.floor(left / databasePool)} nodes with DATABASE_POOL=${databasePool}`))
}

export function judgePooler ({ pooler, statementTimeout }: PostgresFacts): Finding[] {
  const { ok, warning, wrong } = about('pooler')
  if (pooler === undefined) return [ok('none')]
  return orOk([
    pooler === 'statement' && wrong('it pools statements: no transaction can be made', 'set pool_mode = transaction'),
    pooler !== 'statement' && statementTimeout === '0' && warning('it drops our time limits, and the role has none: a stuck statement never ends', "alter role … set statement_timeout = '1500ms', lock_timeout = '1s' and idle_in_transaction_session_timeout = '2s'")
  ], ok(`it pools ${pooler}s`))
}
