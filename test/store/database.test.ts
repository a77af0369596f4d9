import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { answerMilliseconds, connectDatabase, isUnavailable, type Sql } from '../../src/store/database.js'
import { available, leftOut, privatePostgres } from '../helpers/services.js'

const skip = available.postgres ? false : leftOut || 'no Postgres here'

interface Outcome { milliseconds: number, error?: unknown }

function open (t: Test, url: string, pool = 10) {
  const warnings: string[] = []
  const database = connectDatabase({ url, pool, log: { warn: (_details, message) => warnings.push(message) } })
  t.teardown(() => database.close())
  return { sql: database.sql, warnings }
}

const timed = async (task: () => Promise<unknown>): Promise<Outcome> => {
  const started = performance.now()
  try {
    await task()
    return { milliseconds: performance.now() - started }
  } catch (error) {
    return { milliseconds: performance.now() - started, error }
  }
}

// Each caller asks again the moment it is answered: that is when a lost connection is written to.
async function underLoad (sql: Sql, fault: () => Promise<unknown>) {
  const outcomes: Outcome[] = []
  const load = { running: true }

  const call = async (caller: number) => {
    while (load.running) {
      const outcome = await timed(async () => {
        const ask = async (on: typeof sql | Parameters<Parameters<Sql['begin']>[0]>[0]) => {
          const [row] = await on<{ caller: number }[]>`select ${caller}::int as caller`
          if (row?.caller !== caller) throw new Error(`${caller} was answered with ${row?.caller}`)
        }
        if (caller % 2) return ask(sql)
        return sql.begin(async (tx) => {
          await ask(tx)
          await ask(tx)
        })
      })
      outcomes.push(outcome)
      if (outcome.error) await wait(1)
    }
  }

  const callers = Array.from({ length: 64 }, (_, caller) => call(caller))
  await wait(300)
  await fault()
  load.running = false
  await Promise.all(callers)
  return outcomes
}

function holds (t: Test, outcomes: Outcome[]) {
  const failed = outcomes.filter(({ error }) => error)
  t.ok(failed.length > 0 && failed.length < outcomes.length, 'some failed and some did not')
  t.same(failed.filter(({ error }) => !isUnavailable(error)), [], 'none for another reason')
  t.ok(Math.max(...failed.map(({ milliseconds }) => milliseconds)) < 3_000, 'none waited for ever')
}

async function worksAgain (t: Test, sql: Sql) {
  const ends = performance.now() + 2_000
  while (performance.now() < ends) {
    const { error } = await timed(() => Promise.race([sql`select 1`, wait(2_000).then(() => { throw new Error('hung') })]))
    if (!error) return t.pass('works again')
    await wait(10)
  }
  t.fail('does not work again within 2 s')
}

t.test('a database that breaks', { skip }, async (t) => {
  const server = await privatePostgres(t)

  t.test('killed under load, it takes neither the process nor a caller with it', async (t) => {
    const { sql } = open(t, server.url)
    for (let round = 0; round < 3; round++) {
      holds(t, await underLoad(sql, async () => {
        await server.kill()
        await wait(200)
      }))
      await server.start()
      await worksAgain(t, sql)
    }
  })

  t.test('restarted, it is used again at once, under load or idle', async (t) => {
    const { sql, warnings } = open(t, server.url)
    holds(t, await underLoad(sql, async () => {
      await server.stop()
      t.match(await timed(() => sql`select 1`), { error: { code: 'STORE_UNAVAILABLE' } })
      await server.start()
      await worksAgain(t, sql)
    }))
    await server.stop()
    await server.start()
    await worksAgain(t, sql)
    t.match(warnings, ['Postgres cannot be reached'])
  })

  for (const pool of [1, 10]) {
    t.test(`frozen, it fails within 2.5 s, and a pool of ${pool} is not used up`, async (t) => {
      const { sql } = open(t, server.url, pool)
      await sql`select 1`
      server.freeze()
      t.teardown(() => server.thaw())

      for (let round = 0; round < 2; round++) {
        const outcomes = await Promise.all(Array.from({ length: 30 }, () => timed(() => sql`select 1`)))
        t.ok(outcomes.every(({ error, milliseconds }) => isUnavailable(error) && milliseconds < 2_500))
      }
      t.ok((await timed(() => sql.begin((tx) => tx`select 1`))).milliseconds < 2_500)

      server.thaw()
      await worksAgain(t, sql)
    })
  }

  t.test('a transaction whose connection is lost runs nothing on another', async (t) => {
    const { sql } = open(t, server.url, 2)
    await sql`create table marks (mark int)`
    const { error } = await timed(() => sql.begin(async (tx) => {
      const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
      await sql`select pg_terminate_backend(${own?.pid ?? 0})`
      await wait(50)
      await tx`insert into marks values (1)`.catch(() => {})
      await tx`insert into marks values (2)`
    }))
    t.ok(isUnavailable(error))
    t.same(await sql`select mark from marks`, [])
  })
})

t.test('a database that is well', { skip }, async (t) => {
  const server = await privatePostgres(t)
  const { sql } = open(t, server.url)
  await sql`create table pets (id int primary key, pet_name text)`
  await sql`insert into pets values (1, 'Rex')`

  t.test('gives up a statement and a lock before its caller does, and stays connected', async (t) => {
    const { sql } = open(t, server.url, 2)
    const slow = await timed(() => sql`select pg_sleep(9)`)
    t.match(slow, { error: { code: '57014' } })
    const locked = await timed(() => sql.begin(async (tx) => {
      await tx`update pets set pet_name = 'Tom'`
      await sql`update pets set pet_name = 'Kit'`
    }))
    t.match(locked, { error: { code: '55P03' } })
    t.ok([slow, locked].every(({ error, milliseconds }) => isUnavailable(error) && milliseconds < 2_000))
    t.same(await sql`select pet_name from pets`, [{ petName: 'Rex' }])
  })

  t.test('is not taken for silent while this process is too busy to read what it answered', async (t) => {
    await sql`select 1`
    const answer = Promise.resolve(sql`select pet_name from pets, pg_sleep(0.5)`)
    // By then the query is on its way.
    await nextTurn()
    await nextTurn()
    for (const begun = performance.now(); performance.now() - begun < answerMilliseconds + 200;);
    t.same(await answer, [{ petName: 'Rex' }])
  })

  t.test('tells a fault of ours from its own', async (t) => {
    for (const wrong of [sql`selec`, sql`insert into pets values (1, 'Rex')`, sql`select ${undefined as never}`]) {
      const { error } = await timed(() => wrong)
      t.ok(error)
      t.notOk(isUnavailable(error))
    }
  })

  t.test('never calls a transaction committed in which a statement failed', async (t) => {
    await t.rejects(sql.begin(async (tx) => {
      await tx`update pets set pet_name = 'Tom'`
      await tx`selec`.catch(() => {})
    }), { message: /rolled back/ })
    t.same(await sql`select pet_name from pets`, [{ petName: 'Rex' }])
  })

  t.test('takes and gives arrays, fragments and JSON', async (t) => {
    const odd = ['a', 'b"\\,c', 'NULL', '']
    const cast = sql`::text[]`
    t.same(await sql`select ${odd}${cast} as odd, ${sql.array(['x'])} as listed, ${[1, 2]}::int[] as numbers, ${sql.json({ a: 1 })} as deep`,
      [{ odd, listed: ['x'], numbers: [1, 2], deep: { a: 1 } }])
  })

  t.test('behind a pooler that refuses time limits, keeps them in transactions and says what to do', async (t) => {
    const pooler = createServer((client) => {
      client.once('data', (hello) => {
        if (hello.includes('statement_timeout')) return client.end(refusal('unsupported startup parameter: statement_timeout'))
        const backend = connect(Number(new URL(server.url).port), '127.0.0.1')
        backend.write(hello)
        client.on('error', () => backend.destroy()).pipe(backend).on('error', () => client.destroy()).pipe(client)
      })
    }).listen(0, '127.0.0.1')
    t.teardown(() => { pooler.close() })
    await once(pooler, 'listening')

    const { sql, warnings } = open(t, server.url.replace(/:\d+\//, `:${(pooler.address() as AddressInfo).port}/`))
    t.same(await sql.begin((tx) => tx`select current_setting('statement_timeout') as limit`), [{ limit: '1500ms' }])
    t.match(warnings, [/alter role/])
  })
})

function refusal (message: string) {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`)
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
