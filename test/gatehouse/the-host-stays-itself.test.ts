import cookiePlugin from '@fastify/cookie'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { gatehouse } from '../../src/index.js'
import { cookieLines } from '../helpers/cookies.js'
import { clientOf, cookieHeader, optionsFor, somebodysApp } from '../helpers/host.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer } from '../helpers/users.js'

const browserOrigin = 'http://localhost:3000'

/** An app with ways of its own in everything that Gatehouse has ways of. */
function furnish (host: FastifyInstance) {
  const decorate = host.decorate.bind(host) as unknown as (name: string, value: string) => void
  for (const name of ['config', 'redis', 'users']) decorate(name, 'theirs')
  host.decorateRequest('actorOfTheirs', null)
  host.setErrorHandler((error: Error & { code?: string }, _request, reply) => { void reply.code(418).send({ theirs: error.code }) })
  host.setNotFoundHandler((_request, reply) => { void reply.code(404).send('theirs') })
  host.addContentTypeParser('text/csv', { parseAs: 'string' }, async (_request: unknown, body: string) => body.split(','))
  host.setValidatorCompiler(() => (value) => ({ value: { judgedByThem: value } }))
  host.setSerializerCompiler(() => () => '"serialized by them"')
  host.setReplySerializer((payload) => JSON.stringify({ wrapped: payload }))
  host.post('/csv', async ({ body }) => body)
  host.post('/judged', { schema: { body: {} } }, async ({ body }) => body)
  host.get('/fails', async () => { throw new Error('no') })
  host.get('/plain', async () => ({ a: 1 }))
}

const registered: Array<[string, (plugins: () => Promise<void>, ours: () => Promise<void>) => Promise<void>]> = [
  ['before', async (plugins, ours) => { await plugins(); await ours() }],
  ['after', async (plugins, ours) => { await ours(); await plugins() }]
]

t.test('an app around Gatehouse', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    for (const [when, inOrder] of registered) {
      await t.test(`with @fastify/cookie and @fastify/cors of its own, registered ${when}`, async (t) => {
        const host = somebodysApp(t)
        await inOrder(async () => {
          await host.register(cookiePlugin, { secret: 'theirs' })
          await host.register(cors, { origin: '*' })
        }, async () => { await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores) }) })
        host.get('/theirs', async ({ cookies }, reply) => reply.setCookie('theirs', String(cookies.a)).send('ok'))
        await tellItsStory(t, host)
      })
    }

    await t.test('keeps its error handler, unknown routes, parsers, compilers, serializer and decorators, and Gatehouse its own', async (t) => {
      const host = somebodysApp(t)
      furnish(host)
      await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores) })
      host.get('/mine', { onRequest: host.authenticate }, async () => 'mine')

      await keepsItsWays(t, host)
      await oursIsAsEver(t, host)
    })

    await t.test('without a prefix keeps its unknown routes', async (t) => {
      const host = somebodysApp(t)
      host.setNotFoundHandler((_request, reply) => { void reply.code(404).send('theirs') })
      await host.register(gatehouse, await optionsFor(stores))

      t.equal((await host.inject('/nowhere')).body, 'theirs')
      t.match((await host.inject('/api/users/me')).json(), { status: 'fail', code: 'token_missing' })
      const preflight = await host.inject({ method: 'OPTIONS', url: '/api/auth/login', headers: { origin: browserOrigin, 'access-control-request-method': 'POST' } })
      t.match([preflight.statusCode, preflight.headers['access-control-allow-origin']], [204, browserOrigin])
    })

    await t.test('logs in its own way, without mailed tokens and without what queries carry', async (t) => {
      const lines: string[] = []
      const host = somebodysApp(t, { logger: { level: 'info', stream: { write: (line: string) => { lines.push(line) } } } })
      await host.register(gatehouse, { prefix: '/id', logLevel: 'info', ...await optionsFor(stores) })
      await host.inject('/id/api/auth/verify-email?token=hunter2')

      t.match(lines.join(''), /"url":"\/id\/api\/auth\/verify-email"/)
      t.notMatch(lines.join(''), 'hunter2')
    })
  })
})

async function tellItsStory (t: Test, host: FastifyInstance) {
  const theirs = await host.inject({ url: '/theirs', headers: { cookie: 'a=1', origin: 'https://anybody.example' } })
  t.same([theirs.headers['set-cookie'], theirs.headers['access-control-allow-origin']], ['theirs=1; SameSite=Lax', '*'])

  const client = clientOf(host, '/id')
  await client.register()
  const signedIn = await client.logIn('cookie')
  t.equal(cookieLines(signedIn).length, 3)
  t.equal((await client.me(cookieHeader(signedIn))).statusCode, 200)

  const preflight = async (origin: string) => await host.inject({ method: 'OPTIONS', url: '/id/api/auth/login', headers: { origin, 'access-control-request-method': 'POST' } })
  t.match((await preflight(browserOrigin)).headers, { 'access-control-allow-origin': browserOrigin, 'access-control-allow-credentials': 'true' })
  t.equal((await preflight('https://anybody.example')).headers['access-control-allow-origin'], undefined)
  const asked = await host.inject({ url: '/id/api/healthchecker', headers: { origin: 'https://anybody.example' } })
  t.equal(asked.headers['access-control-allow-origin'], undefined, 'never *, although theirs is')
}

async function keepsItsWays (t: Test, host: FastifyInstance) {
  const post = async (url: string, type: string, payload: string) => await host.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })
  t.same([host.getDecorator('config'), host.getDecorator('redis'), host.getDecorator('users')], ['theirs', 'theirs', 'theirs'])
  t.same((await post('/csv', 'text/csv', 'a,b')).json(), { wrapped: ['a', 'b'] })
  t.same((await post('/judged', 'application/json', '{"a":1}')).json(), { wrapped: { judgedByThem: { a: 1 } } })
  t.same((await post('/judged', 'text/plain', 'a')).json(), { wrapped: { judgedByThem: 'a' } }, 'theirs takes text')
  t.equal((await host.inject('/fails')).statusCode, 418)
  t.equal((await host.inject('/nowhere')).body, 'theirs')
  t.same((await host.inject('/mine')).json(), { wrapped: { theirs: 'token_missing' } })
}

async function oursIsAsEver (t: Test, host: FastifyInstance) {
  const client = clientOf(host, '/id')
  t.match((await client.register()).json(), { status: 'success', data: { user: { name: 'Ada' } } })
  const { access_token: token } = (await client.logIn()).json()
  t.match((await client.me(bearer(token))).json(), { data: { user: { email: client.account.email } } })
  t.match((await client.send('POST', '/auth/login', {})).json(), { code: 'validation_failed', errors: [{}, {}] })
  t.match((await host.inject('/id/nowhere')).json(), { code: 'not_found' })
  t.match((await client.me({})).json(), { status: 'fail', code: 'token_missing' })
}
