import { createRequire } from 'node:module'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { scrape } from '../helpers/metrics.js'
import { mailTo } from '../helpers/outbox.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/prom-client/'))
const on = { METRICS_PORT: '0' }

t.test('metrics', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') {
      await t.test('are not told without METRICS_PORT: nothing listens, nothing is loaded', async (t) => {
        const app = await startApp(t, stores)
        t.equal(app.metricsPort(), undefined)
        t.notOk(loaded())
      })
      await t.test('tell nothing of Redis where there is none', async (t) => {
        const { types, value } = await scrape(await startApp(t, stores, on))
        t.equal(value('gatehouse_store_up', { store: 'postgres' }), 1)
        t.equal(value('gatehouse_store_up', { store: 'redis' }), undefined)
        t.notOk([...types.keys()].some((name) => name.startsWith('gatehouse_redis_')))
      })
      return
    }

    const app = await startApp(t, stores, on)
    const refresh = async (token: string) => await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: token } })
    const figures = async (name: string, labels?: Record<string, string>) => (await scrape(app)).value(name, labels)

    await t.test('are text for Prometheus, at /metrics of their own port and nowhere else', async (t) => {
      const origin = `http://127.0.0.1:${app.metricsPort()}`
      const answer = await fetch(`${origin}/metrics`)
      t.equal(answer.status, 200)
      t.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
      t.match(await answer.text(), /^# HELP gatehouse_logins_total /m)
      t.equal((await fetch(`${origin}/metrics`, { method: 'HEAD' })).status, 200)
      for (const [path, method] of [['/', 'GET'], ['/metrics', 'POST'], ['/api/healthchecker', 'GET']] as const) t.equal((await fetch(`${origin}${path}`, { method })).status, 404, path)
      t.equal((await app.inject({ url: '/metrics' })).statusCode, 404)
    })

    await t.test('count requests by method, route and class of status, with their durations', async (t) => {
      const count = async (method: string, route: string, status: string) => await figures('gatehouse_http_request_duration_seconds_count', { method, route, status }) ?? 0
      const before = await count('GET', '/api/users/me', '4xx')
      await app.inject({ url: '/api/users/me' })
      await app.inject({ url: '/api/users/0b8a7f3e-0000-4000-8000-000000000000' })
      await app.inject({ url: '/no/such/place?token=secret' })
      t.equal(await count('GET', '/api/users/me', '4xx'), before + 1)
      t.equal(await count('GET', '/api/users/:id', '4xx'), 1)
      t.equal(await count('any', 'none', '4xx'), 2, 'with the one of the test before')
      t.ok((await figures('gatehouse_http_request_duration_seconds_sum', { route: '/api/users/me' }) ?? 0) > 0)
      t.equal(await figures('gatehouse_http_request_duration_seconds_bucket', { route: '/api/users/:id', status: '4xx', le: '+Inf' }), 1)
    })

    await t.test('count logins by how they went, and registrations', async (t) => {
      const user = await createUser(app)
      await signIn(app, user)
      await app.inject({ method: 'POST', url: '/api/auth/login', payload: { ...user, password: 'not her password' } })
      await app.inject({ method: 'POST', url: '/api/auth/login', payload: { ...user, email: 'nobody@example.com' } })
      const { value } = await scrape(app)
      t.same(['succeeded', 'wrong_password', 'unknown_email', 'disabled'].map((outcome) => value('gatehouse_logins_total', { outcome })), [1, 1, 1, 0])
      t.equal(value('gatehouse_registrations_total'), 1)
    })

    await t.test('count refusals by code, and by the reason that the answer does not tell', async (t) => {
      await askWho(app, 'no.token.of-ours')
      await app.inject({ method: 'POST', url: '/api/auth/login', headers: { origin: 'https://evil.example.com' }, payload: {} })
      const { value } = await scrape(app)
      t.equal(value('gatehouse_refusals_total', { code: 'token_invalid', reason: 'unknown_header' }), 1)
      t.equal(value('gatehouse_refusals_total', { code: 'cross_site_request', reason: '' }), 1)
    })

    await t.test('count refreshes by what came of them, reuse too, and the sessions that ended', async (t) => {
      const { refreshToken: first } = await signIn(app, await createUser(app), 'body')
      const second: string = (await refresh(first)).json().refresh_token
      await refresh(first)
      await refresh((await refresh(second)).json().refresh_token)
      await app.sql`update sessions set older_refresh_ids = null, older_access_ids = null, older_replaced_at = null where older_refresh_ids is not null`
      await refresh(first)
      await refresh(first)
      const { value } = await scrape(app)
      t.same(['rotated', 'successor', 'reuse', 'ended'].map((outcome) => value('gatehouse_refreshes_total', { outcome })), [3, 1, 1, 1])
      t.equal(value('gatehouse_sessions_ended_total'), 1)
      t.equal(value('gatehouse_endings_held'), 1)
    })

    await t.test('count which layer was asked for sessions and users and had them, and what this node holds', async (t) => {
      const { accessToken } = await signIn(app, await createUser(app), 'body')
      const hits = async () => await figures('gatehouse_copies_lookups_total', { kind: 'session', layer: 'memory', result: 'hit' }) ?? 0
      await askWho(app, accessToken)
      const before = await hits()
      for (let times = 0; times < 5; times++) await askWho(app, accessToken)
      t.equal(await hits(), before + 5)
      const { value } = await scrape(app)
      t.equal(value('gatehouse_copies_held', { kind: 'session' }), app.copies.sessions.size)
      t.ok((value('gatehouse_token_checks_total', { result: 'recalled' }) ?? 0) >= 5)
      t.ok((value('gatehouse_copies_lookups_total', { kind: 'user', layer: 'postgres', result: 'hit' }) ?? 0) >= 1)
    })

    await t.test('tell how the stores are, the pool and the sweep', async (t) => {
      await eventually(async () => await figures('gatehouse_sweeps_total', { outcome: 'succeeded' }), (sweeps) => (sweeps ?? 0) > 1, { within: 4000 })
      await eventually(async () => await figures('gatehouse_redis_listening'), (listening) => listening === 1)
      const { value } = await scrape(app)
      t.same([value('gatehouse_store_up', { store: 'postgres' }), value('gatehouse_store_trusted', { store: 'postgres' })], [1, 1])
      t.same([value('gatehouse_store_up', { store: 'redis' }), value('gatehouse_store_trusted', { store: 'redis' }), value('gatehouse_redis_listening')], [1, 1, 1])
      t.equal(value('gatehouse_postgres_connections_max'), 10)
      t.ok((value('gatehouse_postgres_connections') ?? 0) >= 1)
      t.equal(value('gatehouse_postgres_waiting'), 0)
      t.ok((value('gatehouse_sweep_age_seconds') ?? 9) < 2)
    })

    await t.test('count mails by how it went, and what waits to be sent', async (t) => {
      await mailTo(app, (await createUser(app)).email)
      await eventually(async () => await figures('gatehouse_outbox_waiting', { to: 'mail' }), (waiting) => waiting === 0, { within: 5000 })
      t.ok((await figures('gatehouse_mails_total', { outcome: 'sent' }) ?? 0) >= 1)
      t.equal(await figures('gatehouse_outbox_waiting', { to: 'webhook' }), 0)
      t.equal(await figures('gatehouse_outbox_oldest_seconds', { to: 'mail' }), 0)
    })

    await t.test('count the hashes, and the process', async (t) => {
      const { value } = await scrape(app)
      t.ok((value('gatehouse_hash_duration_seconds_count') ?? 0) >= 5)
      t.equal(value('gatehouse_hash_duration_seconds_count'), value('gatehouse_hash_wait_seconds_count'))
      t.equal(value('gatehouse_hash_queue_max'), 64)
      for (const purpose of ['access', 'refresh']) {
        t.ok((value('gatehouse_signing_key_age_seconds', { purpose }) ?? -1) >= 0)
        t.equal(value('gatehouse_signing_keys', { purpose, state: 'current' }), 1)
      }
      t.ok((value('process_resident_memory_bytes') ?? 0) > 1e6)
      t.ok(value('nodejs_eventloop_lag_p99_seconds') !== undefined)
      t.equal(value('gatehouse_draining'), 0)
    })

    await t.test('hold no address, no token and no id of anybody', async (t) => {
      const user = await createUser(app)
      const { accessToken } = await signIn(app, user, 'body')
      await app.inject({ url: `/api/users/${user.id}?q=${user.email}`, headers: bearer(accessToken) })
      const { text } = await scrape(app)
      for (const secret of [user.id, user.email, accessToken, accessToken.slice(-22)]) t.notOk(text.includes(secret))
      t.notMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-|@/)
    })
  })
})

t.test('metrics of two servers in one process are apart', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    const [one, other] = [await startApp(t, stores, on), await startApp(t, stores, on)]
    await signIn(one, await createUser(one))
    t.equal((await scrape(one)).value('gatehouse_logins_total', { outcome: 'succeeded' }), 1)
    t.equal((await scrape(other)).value('gatehouse_logins_total', { outcome: 'succeeded' }), 0)

    await t.test('and each tells how late it heard of what the other ended', async (t) => {
      await eventually(async () => (await scrape(other)).value('gatehouse_redis_listening'), (listening) => listening === 1)
      const lag = async (channel: string) => (await scrape(other)).value('gatehouse_revocation_lag_seconds_count', { channel })
      const { refreshToken } = await signIn(one, await createUser(one), 'body')
      await one.inject({ method: 'POST', url: '/api/auth/logout', payload: { refresh_token: refreshToken } })
      await eventually(async () => await lag('redis'), (count) => count === 1)
      const { value } = await scrape(other)
      t.ok((value('gatehouse_revocation_lag_seconds_sum', { channel: 'redis' }) ?? 9) < 0.5)
      t.equal((await scrape(one)).value('gatehouse_revocation_lag_seconds_count'), 0, 'who ended it has nothing to hear')
    })

    await t.test('by the sweep, too, where no message came', async (t) => {
      const { refreshToken } = await signIn(one, await createUser(one), 'body')
      const sid: string = JSON.parse(Buffer.from(refreshToken.split('.')[1] ?? '', 'base64url').toString()).sid
      await one.sql`update sessions set ended_at = now(), ended_because = 'logout' where id = ${sid}`
      const { value } = await eventually(async () => await scrape(other), ({ value }) => value('gatehouse_revocation_lag_seconds_count', { channel: 'sweep' }) === 1, { within: 4000 })
      const seconds = value('gatehouse_revocation_lag_seconds_sum', { channel: 'sweep' }) ?? 9
      t.ok(seconds < 2, String(seconds))
    })
  })
})

t.test('a full queue of hashes is counted', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    const app = await startApp(t, stores, { ...on, HASH_THREADS: '1', HASH_QUEUE: '0' })
    const user = { email: 'nobody@example.com', password: 'not her password' }
    let finish = () => {}
    const running = app.passwords.gate.run(async () => await new Promise<void>((resolve) => { finish = resolve }))
    await app.inject({ method: 'POST', url: '/api/auth/login', payload: user })
    finish()
    await running
    const { value } = await scrape(app)
    t.equal(value('gatehouse_hash_refusals_total', { because: 'full' }), 1)
    t.equal(value('gatehouse_logins_total', { outcome: 'busy' }), 1)
  })
})

t.test('what a limit refused is counted by the limit', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    const app = await startApp(t, stores, { ...on, RATE_LIMITS: 'on' })
    const user = { email: 'somebody@example.com', password: 'not her password' }
    for (let times = 0; times < 11; times++) await app.inject({ method: 'POST', url: '/api/auth/login', payload: user })
    const { value } = await scrape(app)
    t.equal(value('gatehouse_limited_total', { limit: 'login-pair' }), 1)
    t.equal(value('gatehouse_logins_total', { outcome: 'too_many_attempts' }), 1)
  })
})

t.test('a port of metrics that somebody else has stops the server, which says so', async (t) => {
  const occupied = createServer().listen(0, '127.0.0.1')
  await once(occupied, 'listening')
  t.teardown(() => occupied.close())
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    const app = await buildApp(readConfig({ ...stores.settings, LOG_LEVEL: 'silent', KEYS_DIR: t.testdir(), METRICS_PORT: String((occupied.address() as AddressInfo).port) }))
    t.teardown(async () => await app.close())
    await t.rejects(Promise.resolve(app.ready()), { message: 'METRICS_PORT cannot be listened on (EADDRINUSE): choose another' })
  })
})
