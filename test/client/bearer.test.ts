import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createClient, type TokenStorage } from '../../client/index.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { workplace } from '../helpers/programs.js'
import { letTokensExpire, startRelay } from '../helpers/relay.js'
import { createUser } from '../helpers/users.js'

const refresh = 'POST /api/auth/refresh'

t.test('a client with Bearer tokens', async (t) => {
  const clock = { ahead: 0 }
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } }, {}, { now: () => Date.now() + clock.ahead })
  const to = await app.listen({ port: 0, host: '127.0.0.1' })

  async function signedIn (t: Test, options: { storage?: TokenStorage, timeout?: number } = {}) {
    const relay = await startRelay(t, to, '127.0.0.1')
    const client = createClient({ url: relay.origin, transport: 'body', ...options })
    const account = await createUser(app)
    await client.login(account)
    const heard: string[] = []
    for (const type of ['signedIn', 'signedOut', 'changed'] as const) client.on(type, ({ type }) => heard.push(type))
    return { relay, client, heard, account }
  }

  t.test('refreshes once for all requests whose token has expired, and repeats them', async (t) => {
    const { relay, client } = await signedIn(t)
    void letTokensExpire(relay, clock)
    const users = await Promise.all(Array.from({ length: 20 }, async () => await client.me()))
    t.ok(users.every((user) => user !== null))
    t.equal(relay.count(refresh), 1)
  })

  t.test('sets no cookie and sends none', async (t) => {
    const kept: [string | null, string | undefined][] = []
    const client = createClient({
      url: to,
      transport: 'body',
      async fetch (input, init) {
        const response = await fetch(input, init)
        kept.push([response.headers.get('set-cookie'), init?.credentials])
        return response
      }
    })
    await client.login(await createUser(app))
    t.same(kept, [[null, 'omit']])
  })

  t.test('keeps its tokens where it is told to, and goes on from there', async (t) => {
    const kept = new Map<string, string>()
    const storage: TokenStorage = {
      getItem: async (key) => kept.get(key) ?? null,
      setItem: async (key, value) => kept.set(key, value),
      removeItem: async (key) => kept.delete(key)
    }
    const { relay, client } = await signedIn(t, { storage })
    const again = createClient({ url: relay.origin, transport: 'body', storage })
    t.ok(await again.me())
    void letTokensExpire(relay, clock)
    t.ok(await again.me())
    t.ok(await client.me(), 'the first one takes what the second has refreshed')
    t.equal(relay.count(refresh), 1)
    await again.logout()
    t.equal(kept.size, 0)
    t.equal(await client.me(), null)
  })

  t.test('is signed out by a 401 of the refresh, and by nothing else', async (t) => {
    const { relay, client, heard } = await signedIn(t)
    const passing: [status: number, headers?: Record<string, string>, body?: string][] = [
      [503, { 'retry-after': '1' }], [429, { 'retry-after': new Date(Date.now() + 1000).toUTCString() }], [500], [401, { 'www-authenticate': 'Basic' }], [200]
    ]
    for (const [status, headers = {}] of passing) {
      void relay.next(refresh, { answer: { status, headers, body: '<h1>A proxy</h1>' } })
      void letTokensExpire(relay, clock)
      await t.rejects(client.me(), { status, code: 'unexpected_answer', retryAfter: Number }, `${status}`)
      t.equal(client.signedIn, true)
      t.ok(await eventually(async () => await client.me().catch(() => null), Boolean, { within: 5000, every: 50 }))
    }
    const { relay: gone, client: alone } = await signedIn(t)
    gone.to = 'http://127.0.0.1:1'
    await t.rejects(alone.me(), { status: 0, code: 'network' })
    gone.to = to
    t.ok(await alone.me())
    t.same(heard, [])

    await app.sql`update sessions set ended_at = now(), ended_because = 'revoked'`
    await app.copies.sweep()
    void letTokensExpire(relay, clock)
    t.equal(await client.me(), null)
    t.same(heard, ['signedOut'])
    t.equal(client.signedIn, false)
  })
})
