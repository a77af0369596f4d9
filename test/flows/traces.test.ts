import { createRequire } from 'node:module'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { startCollector, valueOf } from '../helpers/collector.js'
import { eventually } from '../helpers/eventually.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, uniqueEmail } from '../helpers/users.js'
import { startWebhook } from '../helpers/webhook.js'

t.test('traces', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name === 'embedded') return
    await t.test('are not made unless OTEL_* asks for them: nothing is loaded', async (t) => {
      for (const settings of [{}, { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'otlp' }, { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }]) {
        const app = await startApp(t, stores, settings)
        t.equal(app.tracing, undefined)
        await app.close()
      }
      t.notOk(Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/@opentelemetry/sdk-trace')))
    })

    await t.test('show a login: the request, its statements, its commands and its hash, under the caller\'s span', async (t) => {
      const { spans, bodies, settings } = await startCollector(t)
      const app = await startApp(t, stores, { ...settings, OTEL_SERVICE_NAME: 'front-door' })
      const user = await createUser(app, { name: 'Ada of the traces' })
      const caller = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' }
      const { accessToken, refreshToken, response } = await signIn(app, user, 'cookie', { headers: { traceparent: `00-${caller.trace}-${caller.span}-01`, 'x-request-id': 'of-the-test' } })
      await app.inject({ url: `/api/auth/verify-email?token=${'s'.repeat(43)}` })
      await app.inject({ url: '/no/such/place-of-secrets' })
      await app.close()

      const login = spans.find(({ name }) => name === 'POST /api/auth/login')
      if (login === undefined) return t.fail('no span of the login', { names: spans.map(({ name }) => name) })
      t.match(login, { traceId: caller.trace, parentSpanId: caller.span, kind: 2 })
      t.same(['http.route', 'http.request.method', 'http.response.status_code', 'gatehouse.request_id'].map((key) => valueOf(login, key)), ['/api/auth/login', 'POST', 200, 'of-the-test'])

      const children = spans.filter(({ traceId, parentSpanId }) => traceId === caller.trace && parentSpanId === login.spanId)
      const named = (pattern: RegExp) => children.filter(({ name }) => pattern.test(name))
      t.equal(named(/^select users$/).length >= 1, true, 'who has the address', { names: children.map(({ name }) => name) })
      t.equal(named(/^verify password$/).length, 1)
      t.equal(named(/ sessions$/).length >= 1, true, 'the session that is opened')
      t.equal(named(/^gatehousePut$/).length, 1, 'and told to Redis')
      t.equal(valueOf(named(/^gatehousePut$/)[0] ?? login, 'db.system.name'), 'redis')
      for (const child of named(/users|sessions/)) t.equal(valueOf(child, 'db.system.name'), 'postgresql')

      t.ok(spans.some(({ name, attributes }) => name === 'GET' && !attributes.some(({ key }) => key === 'http.route')), 'a place that is none has no route')
      const told = bodies.join('\n')
      t.match(told, '"front-door"')
      for (const secret of [user.password, user.email, user.name, user.id, accessToken, refreshToken, 's'.repeat(43), 'place-of-secrets', String(response.headers['set-cookie'])]) {
        t.notOk(told.includes(secret), secret)
      }
    })

    await t.test('show what failed, by the kind of its error alone', async (t) => {
      const { spans, settings } = await startCollector(t)
      const app = await startApp(t, stores, settings)
      const payload = { name: 'Ada', email: uniqueEmail(), password: 'correct horse battery staple' }
      await app.inject({ method: 'POST', url: '/api/auth/register', payload })
      t.equal((await app.inject({ method: 'POST', url: '/api/auth/register', payload })).statusCode, 409)
      await app.close()
      const failed = spans.filter(({ status }) => status.code === 2)
      t.ok(failed.length >= 1)
      for (const span of failed) t.notOk(JSON.stringify(span).includes(payload.email))
      t.ok(failed.every(({ name }) => !name.startsWith('POST')), 'a refusal is no failure of the request')
    })

    await t.test('are handed on to the webhook', async (t) => {
      const { spans, settings } = await startCollector(t)
      const webhook = await startWebhook(t)
      const app = await startApp(t, stores, { ...settings, ...webhook.settings })
      await createUser(app)
      const [posted] = await eventually(() => webhook.received, (received) => received.length > 0, { within: 5000 })
      await app.close()
      const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(String(posted?.headers.traceparent)) ?? []
      t.ok(spans.some((span) => span.traceId === traceId && span.spanId === spanId && span.kind === 3))
    })

    await t.test('keep no server from stopping when nobody takes them', async (t) => {
      const app = await startApp(t, stores, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
      await createUser(app)
      const begun = performance.now()
      await app.close()
      t.ok(performance.now() - begun < 5000)
    })
  })
})
