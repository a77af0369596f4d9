import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createClient } from '../../client/index.js'
import { startApp } from '../helpers/app.js'
import { pending } from '../helpers/pending.js'
import { workplace } from '../helpers/programs.js'
import { letTokensExpire, startRelay } from '../helpers/relay.js'
import { bearer, createUser } from '../helpers/users.js'

t.test('client.fetch', async (t) => {
  const clock = { ahead: 0 }
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } }, {}, { now: () => Date.now() + clock.ahead })
  const relay = await startRelay(t, await app.listen({ port: 0, host: '127.0.0.1' }), '127.0.0.1')

  // Another service: it asks Gatehouse who is calling, and says what it was sent.
  const sent: string[] = []
  const service = createServer(async (request, response) => {
    const body = await text(request)
    const { statusCode } = await app.inject({ url: '/api/users/me', headers: { authorization: request.headers.authorization ?? '' } })
    sent.push(`${statusCode} ${request.method} ${request.headers['content-type']} ${body.replace(/-{4,}.*?\r\n/g, '')}`)
    response.writeHead(statusCode).end(body)
  })
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  t.teardown(() => service.close())
  const api = `http://127.0.0.1:${(service.address() as AddressInfo).port}`

  const client = createClient({ url: relay.origin, transport: 'body', origins: [api] })
  await client.login(await createUser(app))
  const post = async (body: unknown, init: object = {}) => await client.fetch(`${api}/orders`, { method: 'POST', body, ...init } as RequestInit)

  const form = new FormData()
  form.set('product', 'otter')
  const replayed: [string, unknown][] = [
    ['a string', '{"product":"otter"}'],
    ['bytes', new TextEncoder().encode('otter')],
    ['a Blob', new Blob(['otter'])],
    ['parameters', new URLSearchParams({ product: 'otter' })],
    ['a form', form]
  ]
  for (const [title, body] of replayed) {
    t.test(`repeats a request whose body is ${title}`, async (t) => {
      void letTokensExpire(relay, clock)
      sent.length = 0
      const response = await post(body)
      t.equal(response.status, 200)
      t.match(await response.text(), /otter/)
      t.equal(sent.length, 2)
      t.equal(sent[0]?.replace(/^401/, '200').replace(/boundary=\S+/, ''), sent[1]?.replace(/boundary=\S+/, ''))
    })
  }

  t.test('repeats a Request, body, headers and all', async (t) => {
    void letTokensExpire(relay, clock)
    sent.length = 0
    const request = new Request(`${api}/orders`, { method: 'PUT', body: 'otter', headers: { 'content-type': 'text/otter' } })
    t.equal(await (await client.fetch(request)).text(), 'otter')
    t.same(sent, ['401 PUT text/otter otter', '200 PUT text/otter otter'])
  })

  t.test('sends a stream once, with a token that is good', async (t) => {
    void letTokensExpire(relay, clock)
    sent.length = 0
    const response = await post(new Blob(['otter']).stream(), { duplex: 'half' })
    t.equal(await response.text(), 'otter')
    t.same(sent.map((line) => line.slice(0, 8)), ['200 POST'])
  })

  t.test('gives the 401 of somebody who is not signed in', async (t) => {
    const nobody = createClient({ url: relay.origin, transport: 'body', origins: [api] })
    t.equal((await nobody.fetch(`${api}/orders`)).status, 401)
    t.equal((await nobody.fetch(`${api}/orders`, { method: 'POST', body: new Blob(['otter']).stream(), duplex: 'half' } as RequestInit)).status, 401)
  })

  t.test('throws when the token could not be renewed now', async (t) => {
    const fresh = createClient({ url: relay.origin, transport: 'body', origins: [api] })
    await fresh.login(await createUser(app))
    clock.ahead = 3_600_000
    void relay.next('POST /api/auth/refresh', { answer: { status: 503, headers: { 'retry-after': '1' } } })
    await t.rejects(fresh.fetch(`${api}/orders`), { name: 'GatehouseError', status: 503, retryAfter: 1 })
    clock.ahead = 0
  })

  t.test('reads a relative address as one of Gatehouse where there is no page', async (t) => {
    const fresh = createClient({ url: relay.origin, transport: 'body' })
    await fresh.login(await createUser(app))
    t.equal((await fresh.fetch('/api/sessions')).status, 200)
    t.equal((await fresh.fetch(new URL('/api/sessions', relay.origin))).status, 200)
  })

  t.test('sends no token to an origin that nobody named', async (t) => {
    const fresh = createClient({ url: relay.origin, transport: 'body' })
    await fresh.login(await createUser(app))
    sent.length = 0
    await t.rejects(fresh.fetch(`${api}/orders`), TypeError)
    t.same(sent, [])
  })

  t.test('leaves a request alone that brings its own authorization', async (t) => {
    sent.length = 0
    t.equal((await client.fetch(`${api}/orders`, { headers: bearer('of-nothing') })).status, 401)
    t.equal(sent.length, 1)
  })

  t.test('stops waiting for a refresh when it is told to', async (t) => {
    const fresh = createClient({ url: relay.origin, transport: 'body', origins: [api] })
    await fresh.login(await createUser(app))
    const held = pending()
    const reached = relay.next('POST /api/auth/refresh', { before: held.run() })
    clock.ahead = 3_600_000
    const stop = new AbortController()
    const answer = fresh.fetch(`${api}/orders`, { signal: stop.signal })
    await reached
    clock.ahead = 0
    stop.abort()
    await t.rejects(answer, { name: 'AbortError' })
    held.finish('')
    t.equal((await fresh.fetch(`${api}/orders`)).status, 200, 'and the refresh is there for the next one')
  })
})
