import { setTimeout as sleep } from 'node:timers/promises'
import { writeCookies } from './lineup.js'
import { load } from './load.js'
import { progress } from './progress.js'
import { decimal, table } from './table.js'

// A Postgres connection that falls idle may sit on its counts for ten seconds.
const postgresTellsWithin = 11_000

// Copies are read anew at this age: counted for so long, each of them is.
const copiesLiveSeconds = 60

// What warm requests ask of the stores, less what the server asks of them unasked in the same time.
export async function storeWork (contender, { options, stores }) {
  progress(`${contender.name}: counting what warm requests ask of Redis and Postgres`)
  const cookiesFile = writeCookies(contender, contender.sessions, stores.folder)
  const seconds = options.quick ? 5 : copiesLiveSeconds
  const shot = { ...options, url: contender.server.url + contender.paths.me, cookiesFile, seconds }
  const database = new URL(contender.databaseUrl).pathname.slice(1)

  await sleep(Math.max(0, contender.quietSince + postgresTellsWithin - performance.now()))
  await load({ ...shot, seconds: options.warmUpSeconds })
  await sleep(postgresTellsWithin)
  const busy = await countedDuring(stores, database, () => load(shot))
  const idle = await countedDuring(stores, database, () => sleep(seconds * 1000))

  const perThousand = (store) => Math.max(0, busy[store] - idle[store]) / busy.done.requests * 1000
  return table(
    ['commands per 1,000 warm requests', 'Redis', 'Postgres'],
    [[contender.title, decimal(perThousand('redis'), 3), decimal(perThousand('postgres'), 3)]]
  )
}

export async function countedDuring (stores, database, act) {
  const before = await counts(stores, database)
  const done = await act()
  await sleep(postgresTellsWithin)
  const after = await counts(stores, database)
  return { done, redis: after.redis - before.redis, postgres: after.postgres - before.postgres }
}

async function counts ({ sql, redis }, database) {
  const [{ transactions }] = await sql`
    select (xact_commit + xact_rollback)::float8 as transactions from pg_stat_database where datname = ${database}
  `
  const lines = await redis.info('commandstats')
  const calls = [...lines.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].filter(([, command]) => command !== 'info')
  return { redis: calls.reduce((sum, [, , times]) => sum + Number(times), 0), postgres: transactions }
}
