import t from 'tap'
import { connectDatabase } from '../../src/store/database.js'
import { migrate } from '../../src/store/migrations.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { pgbouncerLeftOut, privatePgbouncer } from '../helpers/pgbouncer.js'
import { privatePostgres, privateRedis } from '../helpers/services.js'
import { logOut, refreshed, signedIn, statusOf } from '../helpers/sessions.js'
import { isWell, keepUsing } from '../helpers/two-nodes-in-use.js'

t.test('Postgres behind PgBouncer in transaction mode', { skip: pgbouncerLeftOut }, async (t) => {
  const postgres = await privatePostgres(t)
  const pgbouncer = await privatePgbouncer(t, postgres)
  const stores = { settings: { DATABASE_URL: pgbouncer.url } }

  t.test('five nodes that start at once migrate it once', async (t) => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(pgbouncer.url)))
    t.equal(runs.filter((files) => files.length > 0).length, 1)
    t.same(await migrate(pgbouncer.url), [])
  })

  t.test('a session lives its whole life', async (t) => {
    const a = await startApp(t, stores)
    const device = await signedIn(a)
    t.equal(await statusOf(a, device.access), 200)
    const next = await refreshed(a, device.refresh)
    t.equal(await statusOf(a, next.access), 200)
    t.equal((await logOut(a, next.refresh)).statusCode, 200)
    t.equal(await statusOf(a, next.access), 401)
  })

  t.test('the first callers of all are served, however many', async (t) => {
    const warnings: string[] = []
    const database = connectDatabase({ url: pgbouncer.url, pool: 10, log: { warn: (_details, message) => warnings.push(message) } })
    t.teardown(database.close)
    const callers = Array.from({ length: 50 }, (_, caller) => caller)
    const answers = await Promise.all(callers.map((caller) => database.sql`select ${caller}::int as caller`))
    t.same(answers.flat(), callers.map((caller) => ({ caller })))
    t.match(warnings, [/alter role/])
    t.equal(warnings.length, 1)
  })

  for (const [name, address] of [['as it is', pgbouncer.url], ['with prepare=false', `${pgbouncer.url}?prepare=false`]] as const) {
    t.test(`an address ${name} serves many callers on few connections, and leaves no statement behind on them`, async (t) => {
      const app = await startApp(t, { settings: { DATABASE_URL: address } })
      const other = await startApp(t, { settings: { DATABASE_URL: address } })
      const devices = await Promise.all(Array.from({ length: 12 }, (_, number) => signedIn(number % 2 === 0 ? app : other)))
      const next = await Promise.all(devices.map(({ refresh }, number) => refreshed(number % 2 === 0 ? other : app, refresh)))
      t.same(await Promise.all(next.map(({ access }) => statusOf(app, access))), Array(12).fill(200))

      const left = await Promise.all(Array.from({ length: 8 }, () => app.sql`select name from pg_prepared_statements where name <> ''`))
      t.same(left.flat(), [])
    })
  }

  t.test('restarted under load, it is a matter of moments, and no fault of ours', async (t) => {
    const redis = await privateRedis(t)
    const settings = { REDIS_URL: redis.url }
    const a = await startApp(t, stores, settings)
    const b = await startApp(t, stores, settings)
    await eventually(() => [a, b].every(isWell), Boolean, { within: 5000 })

    const inUse = await keepUsing(t, a, b, { unavailable: true })
    await eventually(() => inUse.ended.length > 5, Boolean, { within: 10_000 })
    for (let times = 0; times < 3; times++) {
      await pgbouncer.stop()
      await pgbouncer.start()
      const count = inUse.ended.length
      await eventually(() => inUse.ended.length > count + 3, Boolean, { within: 10_000 })
    }
    t.same(await inUse.stop(), [])
  })
})
