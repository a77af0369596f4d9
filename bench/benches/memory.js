import { Redis } from 'ioredis'
import postgres from 'postgres'
import { naive, ours, present } from '../contenders.js'
import { connection, request } from '../http.js'
import { prepare, settle } from '../lineup.js'
import { progress } from '../progress.js'
import { count, table } from '../table.js'

export const packages = ['lru-cache', 'ioredis', 'postgres']

const parallel = 16

export default async function memory (bench) {
  const [contender] = present([ours, naive], bench.options.only ?? [ours.name])
  if (contender === undefined) return 'Nothing to measure.'
  const settled = await settle(contender, bench)
  const sessions = await prepare(settled, { sessions: bench.options.cached, users: 1000 })

  return [
    await inProcess(settled, sessions),
    await inRedis(new Redis(settled.redisUrl)),
    await inPostgres(settled.databaseUrl)
  ].filter(Boolean).join('\n\n')
}

// As many requests in both halves, so that what differs is the number of sessions seen and not how warm the code is.
async function inProcess (contender, sessions) {
  const few = sessions.slice(0, Math.ceil(sessions.length / 10))
  const server = await contender.start({}, { reportsMemory: true })
  try {
    const idle = await server.memory()
    for (let time = 0; time < 10; time++) await touch(server, contender, few)
    progress(`${contender.name}: asked with ${few.length} sessions, going on to ${sessions.length}`)
    const before = await server.memory()
    await touch(server, contender, sessions)
    const after = await server.memory()

    const perSession = (kind) => count((after[kind] - before[kind]) / (sessions.length - few.length))
    return table(
      [`memory, ${count(sessions.length)} sessions`, 'idle', 'all sessions seen', 'bytes a session'],
      [
        ['heap in use', megabytes(idle.heapUsed), megabytes(after.heapUsed), perSession('heapUsed')],
        ['resident', megabytes(idle.rss), megabytes(after.rss), perSession('rss')]
      ]
    )
  } finally {
    await server.stop()
  }
}

async function touch (server, { paths, name }, sessions) {
  let next = 0
  await Promise.all(Array.from({ length: parallel }, async () => {
    const agent = connection()
    while (next < sessions.length) {
      const { cookie } = sessions[next++]
      const { status } = await request(agent, server.url + paths.me, { headers: { cookie } })
      if (status !== 200) throw new Error(`${name} answers ${status} to a live session`)
    }
    agent.destroy()
  }))
}

async function inRedis (redis) {
  const kinds = new Map()
  for await (const keys of redis.scanStream({ count: 1000 })) {
    for (const key of keys) {
      const kind = key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').replaceAll(/[\w-]{20,}/g, '…')
      const seen = kinds.get(kind) ?? kinds.set(kind, { keys: 0, bytes: 0 }).get(kind)
      seen.keys++
      seen.bytes += await redis.memory('USAGE', key)
    }
  }
  redis.disconnect()
  const rows = [...kinds].map(([kind, { keys, bytes }]) => [`\`${kind}\``, count(keys), count(bytes / keys)])
  return table(['Redis keys', 'how many', 'bytes each'], rows)
}

async function inPostgres (databaseUrl) {
  const sql = postgres(databaseUrl, { max: 1 })
  const [{ bytes, sessions }] = await sql`
    select coalesce(pg_total_relation_size(to_regclass('sessions')), 0)::float8 as bytes,
      (select coalesce(sum(n_live_tup), 0)::float8 from pg_stat_user_tables where relname = 'sessions') as sessions
  `
  await sql.end()
  return sessions > 0 && table(['Postgres rows', 'how many', 'bytes each, indexes included'], [['`sessions`', count(sessions), count(bytes / sessions)]])
}

function megabytes (bytes) {
  return `${count(bytes / 1e6)} MB`
}
