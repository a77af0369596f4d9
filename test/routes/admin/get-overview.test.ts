import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { stepsOf } from '../../../src/lib/periods.js'
import type { Overview } from '../../../src/schemas.js'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { privatePostgres } from '../../helpers/services.js'
import { forEveryStore } from '../../helpers/stores.js'
import { bearer, createUser, signIn } from '../../helpers/users.js'

t.test('GET /api/overview', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    /** What a fresh node tells: it has remembered nothing yet. */
    async function newNode (t: Test) {
      const app = await startApp(t, stores)
      const admin = await signInAdmin(app)
      const overview = async (query: Record<string, string> = {}): Promise<Overview> => (await admin.ask('GET', '/api/overview', { query })).json().data
      return { app, admin, overview }
    }

    await t.test('tells of the last 24 hours by default, and nothing is kept of it on the way', async (t) => {
      const { admin } = await newNode(t)
      const response = await admin.ask('GET', '/api/overview')

      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'no-store')
      const { status, data } = response.json()
      t.equal(status, 'success')
      t.match(data, { period: '24h', stepSeconds: 1800 })
      t.same(Object.keys(data), ['period', 'from', 'to', 'stepSeconds', 'signIns', 'users', 'sessions', 'node'])
    })

    for (const [period, stepSeconds, count] of [['1h', 60, 60], ['24h', 1800, 48], ['7d', 14_400, 42], ['30d', 86_400, 30]] as const) {
      await t.test(`of ${period} it has every one of ${count} steps, those without sign-ins too`, async (t) => {
        const { overview } = await newNode(t)
        const { signIns, ...told } = await overview({ period })

        t.match(told, { period, stepSeconds })
        t.equal(signIns.length, count)
        t.same(signIns.map(({ at }) => Date.parse(at)), Array.from({ length: count }, (_, place) => Date.parse(told.from) + place * stepSeconds * 1000))
        t.equal(Date.parse(told.to) - Date.parse(told.from), count * stepSeconds * 1000)
        t.equal(Date.parse(told.from) % (stepSeconds * 1000), 0)
        const now = Date.now()
        t.ok(Date.parse(told.to) > now && Date.parse(told.to) <= now + stepSeconds * 1000, 'the last one goes on')
        t.ok((signIns.at(-1)?.succeeded ?? 0) > 0 || (signIns.at(-2)?.succeeded ?? 0) > 0, 'the administrator signed in just now')
      })
    }

    await t.test('counts sign-ins in the step in which they were, and nothing else', async (t) => {
      const { app, overview } = await newNode(t)
      const before = stepsOf('7d', Date.now())
      await app.sql`
        insert into events (at, type, detail)
        select ${new Date(before.from).toISOString()}::timestamptz + make_interval(secs => after), type, detail
        from (values
          (-0.001::float8, 'login.failed', '{}'::jsonb),
          (0, 'login.failed', '{}'), (14399.999, 'login.failed', '{}'), (14399.999, 'login.succeeded', '{}'), (14399.999, 'session.refreshed', '{}'),
          (14400, 'login.throttled', '{"times": 40}'), (14401, 'login.throttled', '{"times": 2}'), (14402, 'login.throttled', '{}')
        ) as happened (after, type, detail)
      `
      const { signIns } = await overview({ period: '7d' })
      t.same(signIns.slice(0, 3), [
        { at: new Date(before.begin[0] ?? 0).toISOString(), succeeded: 1, failed: 2, throttled: 0 },
        { at: new Date(before.begin[1] ?? 0).toISOString(), succeeded: 0, failed: 0, throttled: 43 },
        { at: new Date(before.begin[2] ?? 0).toISOString(), succeeded: 0, failed: 0, throttled: 0 }
      ])
    })

    await t.test('counts users, and sessions that live', async (t) => {
      const { app, overview } = await newNode(t)
      const first = await overview()
      const ada = await createUser(app)
      const [{ accessToken }] = [await signIn(app, ada), await signIn(app, ada)]
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(accessToken) })
      await app.sql`
        insert into sessions (id, user_id, access_id, refresh_id, access_role, transport, created_at, expires_at)
        values (${randomUUID()}, ${ada.id}, ${randomUUID()}, ${randomUUID()}, 'user', 'cookie', now() - interval '2 days', now() - interval '1 second')
      `
      await app.close()
      const second = await (await newNode(t)).overview()
      t.same(second.users, { total: first.users.total + 2, exact: true }, 'Ada, and the administrator who asks')
      t.same(second.sessions, { live: first.sessions.live + 2, capped: false })
    })

    await t.test('asks the stores again only after a while, however many ask', async (t) => {
      const { app, overview } = await newNode(t)
      const [first, ...others] = await Promise.all(Array.from({ length: 20 }, async () => await overview({ period: '30d' })))
      await createUser(app)
      others.push(await overview({ period: '30d' }))
      for (const other of others) t.same({ ...other, node: {} }, { ...first, node: {} })
    })

    await t.test('tells since when this node runs, what it refused, and how its hashing does', async (t) => {
      const begun = Date.now()
      const { app, admin, overview } = await newNode(t)
      for (let time = 0; time < 3; time++) await app.inject({ url: '/api/users/me', headers: bearer('nonsense') })
      await app.inject('/api/users/me')
      await signIn(app, { ...admin, password: 'not her password' }).catch(() => {})

      const { node } = await overview()
      t.ok(Date.parse(node.startedAt) >= begun - 1 && Date.parse(node.startedAt) <= Date.now())
      t.same(node.refusals[0], { code: 'token_invalid', reason: 'malformed', count: 3 }, 'the most frequent first')
      t.same(node.refusals.slice(1).sort((a, b) => a.code < b.code ? -1 : 1), [{ code: 'invalid_credentials', reason: null, count: 1 }, { code: 'token_missing', reason: null, count: 1 }])
      t.same(node.hashing, { running: 0, waiting: 0, threads: app.config.hashThreads, queue: 64, refused: { full: 0, late: 0 } })
    })

    for (const query of ['period=2h', 'period=', 'period=24H', 'period=1h&period=1h']) {
      await t.test(`refuses ?${query}`, async (t) => {
        const { admin } = await newNode(t)
        const response = await admin.ask('GET', `/api/overview?${query}`)
        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/period' }] })
      })
    }
  })

  await t.test('answers 503 with Retry-After when Postgres cannot say, and what it says once it can', async (t) => {
    const postgres = await privatePostgres(t)
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url } })
    const admin = await signInAdmin(app)
    t.equal((await admin.ask('GET', '/api/users/me')).statusCode, 200)
    postgres.freeze()
    const response = await admin.ask('GET', '/api/overview')
    t.equal(response.statusCode, 503)
    t.match(response.json(), { status: 'error', code: 'unavailable' })
    t.match(response.headers['retry-after'], /^\d+$/)

    postgres.thaw()
    t.equal((await admin.ask('GET', '/api/overview')).statusCode, 200)
  })
})
