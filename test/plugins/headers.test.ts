import t from 'tap'
import type { InjectOptions } from 'fastify'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const json = { 'content-type': 'application/json' }
const answers: Array<[statusCode: number, InjectOptions]> = [
  [200, { url: '/api/healthchecker' }],
  [200, { url: '/health/ready' }],
  [200, { method: 'HEAD', url: '/health/live' }],
  [204, { method: 'OPTIONS', url: '/api/auth/login', headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' } }],
  [400, { url: '/%' }],
  [400, { method: 'POST', url: '/api/auth/login', payload: {} }],
  [400, { method: 'POST', url: '/api/auth/login', payload: '{', headers: json }],
  [401, { url: '/api/users/me' }],
  [401, { url: '/%61pi/users/me' }],
  [401, { method: 'POST', url: '/api/auth/refresh' }],
  [403, { method: 'POST', url: '/api/auth/login', headers: { origin: 'https://evil.example' } }],
  [404, { url: '/nowhere' }],
  [404, { url: '/api/auth/nowhere' }],
  [404, { method: 'DELETE', url: '/api/auth/login' }],
  [413, { method: 'POST', url: '/api/auth/login', payload: 'a'.repeat(20_000), headers: json }],
  [415, { method: 'POST', url: '/api/auth/login', payload: 'a', headers: { 'content-type': 'text/plain' } }]
]
const nameOf = ({ method = 'GET', url }: InjectOptions) => `${method} ${String(url)}`

t.test('headers of every answer', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    for (const [statusCode, request] of answers) {
      await t.test(`${nameOf(request)} (${statusCode}) is closed to sniffing, framing and caches, tells no version, and has an id`, async (t) => {
        const { headers, ...response } = await app.inject(request)

        t.equal(response.statusCode, statusCode)
        t.match(headers, {
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'content-security-policy': /^default-src 'none'/,
          'cache-control': 'no-store',
          'x-request-id': /^[\w.:-]{1,128}$/
        })
        t.same(['server', 'x-powered-by', 'strict-transport-security'].filter((name) => name in headers), [])
        if (statusCode !== 204) t.equal(headers['content-type'], 'application/json; charset=utf-8')
      })
    }

    await t.test('an answer that hands out tokens or tells who is signed in is stored nowhere', async (t) => {
      const { accessToken, response } = await signIn(app, await createUser(app))

      t.equal(response.headers['cache-control'], 'no-store')
      t.equal((await app.inject({ url: '/api/users/me', headers: bearer(accessToken) })).headers['cache-control'], 'no-store')
    })

    for (const id of ['abc', 'a.b:c-d_1', 'a'.repeat(128)]) {
      await t.test(`the caller's request id ${id.slice(0, 12)} is taken, also where no hook sees the request`, async (t) => {
        for (const url of ['/api/healthchecker', '/nowhere', '/%']) {
          t.equal((await app.inject({ url, headers: { 'x-request-id': id } })).headers['x-request-id'], id)
        }
      })
    }

    for (const id of ['', ' ', 'a b', 'a'.repeat(129), 'é', 'a\tb', '"quoted"', 'a,b']) {
      await t.test(`the caller's request id ${JSON.stringify(id.slice(0, 12))} is no sane one: the answer has another`, async (t) => {
        const own = (await app.inject({ url: '/api/healthchecker', headers: { 'x-request-id': id } })).headers['x-request-id']

        t.not(own, id)
        t.match(own, /^[\w.:-]{1,128}$/)
      })
    }

    await t.test('no two answers have the same id', async (t) => {
      const ids = await Promise.all(Array.from({ length: 50 }, async () => (await app.inject('/health/live')).headers['x-request-id']))

      t.equal(new Set(ids).size, 50)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { PUBLIC_URL: 'https://auth.example.com' })

    for (const [statusCode, request] of answers) {
      await t.test(`${nameOf(request)} (${statusCode}) asks for https when that is our origin`, async (t) => {
        t.match((await app.inject(request)).headers['strict-transport-security'], /^max-age=\d{8}/)
      })
    }
  })
})
