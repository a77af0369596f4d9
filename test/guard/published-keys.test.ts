import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createPublishedKeys } from '../../src/guard/published-keys.js'
import { headerOf } from '../../src/lib/keys.js'
import { eventually } from '../helpers/eventually.js'
import { makeKey } from '../helpers/issuer.js'

const [first, second, refresh] = await Promise.all([makeKey('access'), makeKey('access'), makeKey('refresh')])
const unknown = headerOf('access', 'x'.repeat(43))

/** A server that publishes what the test tells it to, and counts how often it is asked. */
async function publish (t: Test, keys: object[] = [first.key.jwk]) {
  const published = { keys, status: 200, cacheControl: 'public, max-age=300', asked: 0 }
  const server = createServer((_request, response) => {
    published.asked++
    response.writeHead(published.status, { 'content-type': 'application/json', 'cache-control': published.cacheControl })
    response.end(JSON.stringify({ keys: published.keys }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const warnings: string[] = []
  const ring = createPublishedKeys({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, toleranceSeconds: 0, log: { warn: (_details, message) => warnings.push(message) } })
  t.teardown(() => {
    ring.close()
    server.closeAllConnections()
    server.close()
  })
  const knows = ({ header }: { header: string }) => ring.find('access', header) !== undefined
  return { published, ring, knows, warnings }
}

/** A clock that goes on when the test says so. */
function clockOf (t: Test) {
  const clock = { ahead: 0 }
  const now = performance.now.bind(performance)
  t.intercept(performance, 'now', { value: () => now() + clock.ahead })
  return clock
}

t.test('the keys that the server publishes', async (t) => {
  t.test('verify access tokens, and no other', async (t) => {
    const { ring, knows } = await publish(t, [first.key.jwk, second.key.jwk])
    await ring.refresh()
    t.ok(knows(first.key))
    t.ok(knows(second.key))
    t.equal(ring.find('refresh', refresh.key.header), undefined)
    t.equal(ring.find('access', refresh.key.header), undefined)
  })

  t.test('are fetched again when the answer is too old, by its own word', async (t) => {
    const { published, ring, knows } = await publish(t)
    published.cacheControl = 'max-age=0'
    const timers = t.capture(globalThis, 'setTimeout', globalThis.setTimeout)
    await ring.refresh()
    t.equal(timers().at(-1)?.args[1], 5000, 'never more than once in five seconds')
    published.cacheControl = 'public, max-age=120'
    await ring.refresh()
    t.equal(timers().at(-1)?.args[1], 120_000)
    t.ok(knows(first.key))
  })

  t.test('are looked for again when a token names another, no more than once a second, and all who ask wait for that', async (t) => {
    const { published, ring, knows } = await publish(t)
    const begun = performance.now()
    await ring.refresh()
    published.keys = [first.key.jwk, second.key.jwk]
    const iat = Math.floor(Date.now() / 1000) + 1
    t.same(await Promise.all([ring.lookFor(second.key.header, iat), ring.lookFor(unknown, iat)]), [true, true])
    t.equal(published.asked, 2)
    t.ok(performance.now() - begun > 900)
    t.ok(knows(second.key))
  })

  t.test('lack no key that could have signed a token from before they were fetched', async (t) => {
    const { published, ring } = await publish(t)
    await ring.refresh()
    for (const iat of [0, Math.floor(Date.now() / 1000) - 2, NaN]) t.notOk(await ring.lookFor(unknown, iat))
    t.equal(published.asked, 1)
  })

  t.test('are not looked for by what no server of ours would write', async (t) => {
    const clock = clockOf(t)
    const { published, ring } = await publish(t)
    await ring.refresh()
    clock.ahead += 60_000
    for (const header of ['', 'nonsense', Buffer.from('{"alg":"none"}').toString('base64url'), headerOf('refresh', 'x'.repeat(43)), headerOf('access', 'short')]) {
      t.notOk(await ring.lookFor(header, Infinity))
    }
    t.equal(published.asked, 1)
  })

  t.test('are kept while they cannot be fetched, and nobody guesses about others', async (t) => {
    const clock = clockOf(t)
    const { published, ring, knows, warnings } = await publish(t)
    await ring.refresh()
    clock.ahead += 60_000
    for (const [status, keys] of [[500, [first.key.jwk]], [200, []], [200, [{ kty: 'EC' }]]] as const) {
      Object.assign(published, { status, keys })
      await t.rejects(ring.lookFor(unknown, Infinity), { message: /cannot say/ })
      t.ok(knows(first.key))
      clock.ahead += 1001
    }
    t.equal(warnings.length, 3)
    const { asked } = published
    await t.rejects(ring.lookFor(unknown, Infinity), { message: /cannot say/ })
    await t.rejects(ring.lookFor(unknown, Infinity), { message: /cannot say/ }, 'a server in trouble is not asked by every request')
    t.ok(published.asked <= asked + 1)
  })

  t.test('are none but RSA keys of 2048 to 4096 bits under the name that their own numbers give them', async (t) => {
    const { jwk } = second.key
    const { ring, knows } = await publish(t, [first.key.jwk, { ...jwk, kid: first.key.kid }, { ...jwk, alg: 'PS256' }, { ...jwk, use: 'enc' }, { ...jwk, n: jwk.n.slice(0, 200) }, { kty: 'oct', k: 'x' }])
    await ring.refresh()
    t.ok(knows(first.key))
    t.notOk(knows(second.key))
  })

  t.test('one that no node accepts any more goes at once, and what it verified counts no more', async (t) => {
    const { published, ring, knows } = await publish(t, [first.key.jwk, second.key.jwk])
    await ring.refresh()
    const version = ring.version()
    published.status = 500
    await ring.accepted([first.key.kid])
    t.notOk(knows(second.key), 'although the key set could not be fetched')
    t.ok(knows(first.key))
    t.equal(ring.version(), version + 1)
  })

  t.test('one that a node has come to accept is fetched at once', async (t) => {
    const { published, ring, knows } = await publish(t)
    await ring.refresh()
    published.keys = [second.key.jwk, first.key.jwk]
    await ring.accepted([second.key.kid, first.key.kid])
    await eventually(() => knows(second.key))
    await ring.accepted([first.key.kid, second.key.kid])
    t.equal(published.asked, 2, 'and no more than once')
    t.equal(ring.version(), 0, 'nothing was withdrawn')
  })
})
