import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { freePort } from './ports.js'
import { loadCore, run, start, stop } from './processes.js'
import { needProgram } from './programs.js'

export async function openStores () {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const erase = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.on('exit', erase)

  const database = process.env.DATABASE_URL ? given(process.env.DATABASE_URL) : await privatePostgres(folder)
  const cache = process.env.REDIS_URL ? given(process.env.REDIS_URL) : await privateRedis(folder)
  const sql = postgres(database.url, { onnotice: () => {} })
  const redis = new Redis(cache.url)
  const made = []

  return {
    folder,
    sql,
    redis,
    redisUrl: cache.url,

    // Each server gets a database of its own, so that tables do not clash and work is counted apart.
    async database (name) {
      const own = `gatehouse_bench_${name.replaceAll(/\W/g, '_')}`
      await sql`drop database if exists ${sql(own)} with (force)`
      await sql`create database ${sql(own)}`
      made.push(own)
      return Object.assign(new URL(database.url), { pathname: `/${own}` }).href
    },

    async close () {
      for (const name of made) await sql`drop database if exists ${sql(name)} with (force)`
      await sql.end()
      redis.disconnect()
      await Promise.all([database.close(), cache.close()])
      erase()
    }
  }
}

function given (url) {
  return { url, close: async () => {} }
}

async function privatePostgres (folder) {
  const program = needProgram('postgres', 'apt-get install postgresql, or set DATABASE_URL')
  const initdb = needProgram('initdb', 'apt-get install postgresql')
  const owner = postgresOwner()
  const data = mkdtempSync(join(folder, 'postgres-'))
  if (owner.uid !== undefined) {
    chownSync(folder, owner.uid, owner.gid)
    chownSync(data, owner.uid, owner.gid)
  }

  await run(initdb, ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { cwd: data, ...owner })
  const port = await freePort()
  const child = start(program, [
    '-D', data, '-p', String(port), '-k', data, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'
  ], { core: loadCore, cwd: dirname(data), ...owner })
  child.stdout.resume()

  const url = `postgres://bench@127.0.0.1:${port}/postgres`
  await untilAnswering('postgres', child, () => ask(url))
  return { url, close: () => stop(child, 'SIGINT') }
}

async function ask (url) {
  const sql = postgres(url, { max: 1, connect_timeout: 1 })
  try {
    await sql`select 1`
  } finally {
    await sql.end()
  }
}

async function privateRedis (folder) {
  const program = needProgram('redis-server', 'apt-get install redis-server, or set REDIS_URL')
  const port = await freePort()
  const child = start(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { core: loadCore, cwd: folder })
  child.stdout.resume()

  const url = `redis://127.0.0.1:${port}`
  await untilAnswering('redis', child, () => ping(url))
  return { url, close: () => stop(child) }
}

async function ping (url) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    await redis.ping()
  } finally {
    redis.disconnect()
  }
}

async function untilAnswering (name, child, attempt) {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) break
    try {
      return await attempt()
    } catch {
      await sleep(100)
    }
  }
  throw new Error(`${name} did not start: ${child.errors}`)
}

// Postgres refuses to run as root.
function postgresOwner () {
  if (process.getuid?.() !== 0) return {}
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
