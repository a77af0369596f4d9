import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { childrenOf, isRunning, leftOut, privatePostgres, privateRedis, type Service } from './helpers/services.js'
import { embeddedFolder, forEveryStore, servicesFor } from './helpers/stores.js'

t.test('private stores', { skip: leftOut }, async (t) => {
  t.test('answer under their own address until the test that asked for them is over', async (t) => {
    const left: Service[] = []
    let pids: number[] = []

    await t.test('a test', async (t) => {
      const { postgres, redis } = await servicesFor(t)
      left.push(postgres, redis)
      pids = familiesOf(postgres, redis)

      t.same(await notesIn(postgres), [])
      t.equal(await ask(redis, (client) => client.ping()), 'PONG')
      t.ok(pids.every(isRunning))
    })

    t.not(pids.length, 0)
    t.same(pids.filter(isRunning), [])
    t.same(left.filter((service) => existsSync(service.folder)), [])
    t.same(left.map((service) => service.pid), [undefined, undefined])
  })

  t.test('are private', async (t) => {
    const [one, other] = await Promise.all([privateRedis(t), privateRedis(t)])

    await ask(one, (client) => client.set('note', 'mine'))

    t.not(one.url, other.url)
    t.equal(await ask(other, (client) => client.get('note')), null)
  })

  t.test('forget everything in Redis when flushed', async (t) => {
    const redis = await privateRedis(t)
    await ask(redis, (client) => client.set('note', 'soon gone'))

    await redis.flush()

    t.equal(await ask(redis, (client) => client.dbsize()), 0)
  })

  for (const durable of [false, true]) {
    t.test(`keep what Postgres stored over a clean stop, durable: ${durable}`, async (t) => {
      const postgres = await privatePostgres(t, { durable })
      const { url } = postgres
      await writeNote(postgres, 'kept')

      await postgres.stop()
      t.equal(postgres.pid, undefined)
      await t.rejects(notesIn(postgres), { code: 'ECONNREFUSED' })

      await postgres.start()
      t.equal(postgres.url, url)
      t.same(await notesIn(postgres), ['kept'])
    })
  }

  t.test('keep what a durable Postgres confirmed although it is killed', async (t) => {
    const postgres = await privatePostgres(t, { durable: true })
    await writeNote(postgres, 'first')

    for (const note of ['second', 'third']) {
      const family = familiesOf(postgres)
      await postgres.kill()
      t.same(family.filter(isRunning), [])
      await t.rejects(notesIn(postgres), { code: 'ECONNREFUSED' })

      await postgres.start()
      await writeNote(postgres, note)
    }

    t.same(await notesIn(postgres), ['first', 'second', 'third'])
  })

  t.test('keep what a Redis that syncs each write confirmed although it is killed', async (t) => {
    const redis = await privateRedis(t, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    await ask(redis, (client) => client.set('note', 'kept'))

    await redis.kill()
    await redis.start()

    t.equal(await ask(redis, (client) => client.get('note')), 'kept')
  })

  t.test('begin empty again after a kill of an ordinary Redis', async (t) => {
    const redis = await privateRedis(t)
    await ask(redis, (client) => client.set('note', 'lost'))

    await redis.kill()
    await redis.start()

    t.equal(await ask(redis, (client) => client.get('note')), null)
  })

  t.test('leave a query waiting while frozen, on connections old and new, and answer it once thawed', async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const sql = connect(t, postgres)
    const client = new Redis(redis.url)
    t.teardown(() => client.disconnect())
    await Promise.all([sql`select 1`, client.ping()])

    postgres.freeze()
    redis.freeze()
    const answers = [
      sql`select 1 as one`.then(([row]) => row?.one),
      notesIn(postgres).then(() => 'a new connection'),
      client.ping()
    ]
    t.equal(await Promise.race([...answers, wait(300, 'timed out')]), 'timed out')

    postgres.thaw()
    redis.thaw()
    t.same(await Promise.all(answers), [1, 'a new connection', 'PONG'])
  })

  t.test('are killed and stopped while frozen too', async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const family = familiesOf(postgres, redis)

    postgres.freeze()
    redis.freeze()
    await Promise.all([postgres.kill(), redis.stop()])

    t.same(family.filter(isRunning), [])
  })

  t.test('are gone soon after the test process itself was killed', async (t) => {
    const script = `
      import { privatePostgres, privateRedis } from ${JSON.stringify(new URL('helpers/services.js', import.meta.url))}
      const t = { teardown () {} }
      const services = await Promise.all([privatePostgres(t), privateRedis(t)])
      services[0].freeze()
      console.log(JSON.stringify(services))
      setInterval(() => {}, 1000)
    `
    const abandoned = spawn(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const [line] = await once(abandoned.stdout, 'data')
    const services: Service[] = JSON.parse(line)
    const family = familiesOf(...services)
    t.ok(family.length > 2)

    abandoned.kill('SIGKILL')
    const deadline = Date.now() + 5000
    while (Date.now() < deadline && (family.some(isRunning) || services.some(({ folder }) => existsSync(folder)))) await wait(20)

    t.same(family.filter(isRunning), [])
    t.same(services.filter(({ folder }) => existsSync(folder)), [])
  })
})

t.test('forEveryStore', async (t) => {
  const told: string[] = []

  await forEveryStore(t, async (t, { name, settings }) => {
    told.push(name)
    if (name === 'embedded') {
      t.ok(readdirSync(join(String(settings.DATA_DIR), embeddedFolder)).includes('PG_VERSION'))
      const database = await PGlite.create(join(String(settings.DATA_DIR), embeddedFolder))
      t.teardown(() => database.close())
      await database.exec('create table note (text text)')
      t.match(await database.query('select 1 as one'), { rows: [{ one: 1 }] })
    } else {
      t.same(Object.keys(settings), ['DATABASE_URL', 'REDIS_URL'])
    }
  })

  t.test('tells a second story on the same stores', async (t) => {
    const first: unknown[] = []
    const second: unknown[] = []
    await forEveryStore(t, (_t, { settings }) => first.push(settings))
    await forEveryStore(t, (_t, { settings }) => second.push(settings))
    t.same(first, second)
  })

  t.same(told, leftOut ? ['embedded'] : ['embedded', 'postgres and redis'])
})

function familiesOf (...services: Service[]) {
  return services.flatMap(({ pid }) => pid === undefined ? [] : [pid, ...childrenOf(pid)])
}

function connect (t: Test, service: Service) {
  const sql = postgres(service.url, { max: 1, onnotice: () => {} })
  t.teardown(() => sql.end({ timeout: 0 }))
  return sql
}

async function ask<Answer> (service: Service, question: (client: Redis) => Promise<Answer>) {
  const client = new Redis(service.url)
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

async function writeNote (service: Service, note: string) {
  await withSql(service, async (sql) => {
    await sql`create table if not exists notes (id serial, note text)`
    await sql`insert into notes (note) values (${note})`
  })
}

async function notesIn (service: Service) {
  return withSql(service, async (sql) => {
    const [exists] = await sql`select to_regclass('notes') as name`
    if (!exists?.name) return []
    const rows = await sql`select note from notes order by id`
    return rows.map((row) => row.note)
  })
}

async function withSql<Answer> (service: Service, act: (sql: postgres.Sql) => Promise<Answer>) {
  const sql = postgres(service.url, { max: 1, onnotice: () => {} })
  try {
    return await act(sql)
  } finally {
    await sql.end({ timeout: 0 })
  }
}
