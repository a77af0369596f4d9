import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { eventually } from '../helpers/eventually.js'
import { answersAlone, ask, countIntrospections, optionsFor, startServer, startService, statusAt } from '../helpers/guarded.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { logOut, refreshed, signedIn, statusOf } from '../helpers/sessions.js'

const promised = { within: 2000, every: 5 }

async function isRefused (t: Test, service: FastifyInstance, access: string) {
  await eventually(() => statusAt(service, access), (status) => status === 401, promised)
  for (let times = 0; times < 20; times++) t.equal(await statusAt(service, access), 401)
}

/** It cannot say, and says so: neither 401 nor a guess. */
async function cannotSay (t: Test, service: FastifyInstance, access: string) {
  const answer = await eventually(() => ask(service, access), ({ statusCode }) => statusCode !== 200, { within: 5000 })
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), { code: 'unavailable' })
  t.match(answer.headers['retry-after'], /^\d+$/)
}

/** A way to a server that can be cut. */
async function wayTo (t: Test, url: string) {
  const { hostname, port, protocol } = new URL(url)
  const sockets = new Set<Socket>()
  const way = { cut: false }
  const proxy = createServer((inbound) => {
    if (way.cut) return inbound.destroy()
    const outbound = createConnection(Number(port), hostname)
    for (const socket of [inbound, outbound]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => {
        sockets.delete(socket)
        inbound.destroy()
        outbound.destroy()
      })
    }
    inbound.pipe(outbound).pipe(inbound)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const cut = () => {
    way.cut = true
    for (const socket of sockets) socket.destroy()
  }
  t.teardown(() => {
    cut()
    proxy.close()
  })
  return { url: `${protocol}//127.0.0.1:${(proxy.address() as AddressInfo).port}`, cut, mend: () => { way.cut = false } }
}

t.test('a guarded service, when something breaks', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const serverWay = await wayTo(t, redis.url)
  const at = await startServer(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: serverWay.url } })
  const { server } = at
  const httpWay = await wayTo(t, at.url)
  const service = await startService(t, { ...optionsFor(at), url: httpWay.url, redisUrl: redis.url })
  const counted = countIntrospections(server)
  const admin = new Redis(redis.url)
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())

  const known = async () => {
    const device = await signedIn(server)
    await answersAlone(service, counted, device.access)
    return device
  }

  await t.test('Redis emptied: nobody is signed out, and nothing that ended comes back', async (t) => {
    const [device, gone] = [await known(), await known()]
    await logOut(server, gone.refresh)
    await redis.flush()
    const fresh = await startService(t, optionsFor(at))
    for (const guarded of [service, fresh]) {
      t.equal(await statusAt(guarded, device.access), 200)
      await isRefused(t, guarded, gone.access)
    }
  })

  await t.test('Redis stopped: the server is asked, and what ends is refused within two seconds', async (t) => {
    const [device, gone, newcomer] = [await known(), await known(), await signedIn(server)]
    await redis.stop()
    t.equal(await statusAt(service, device.access), 200)
    t.equal(await statusAt(service, newcomer.access), 200)
    await logOut(server, gone.refresh)
    await isRefused(t, service, gone.access)
    t.equal(await statusAt(service, (await refreshed(server, device.refresh)).access), 200)
    t.match((await ask(service, newcomer.access)).json(), { role: 'user', user: { id: newcomer.id, email: newcomer.email } }, 'all of who it is')

    await redis.start()
    await answersAlone(service, counted, newcomer.access)
    await isRefused(t, service, gone.access)
  })

  await t.test('Redis brings back what had ended: it is refused, by a service that never heard of it too', async (t) => {
    const gone = await known()
    const key = `gatehouse:session:${gone.sessionId}`
    const live = await admin.get(key) ?? ''
    await logOut(server, gone.refresh)
    await redis.stop()
    await redis.start()
    await eventually(() => admin.set(key, live).catch(() => undefined), Boolean, { within: 5000 })
    const fresh = await startService(t, optionsFor(at))
    for (let times = 0; times < 40; times++) {
      t.equal(await statusAt(fresh, gone.access), 401)
      t.equal(await statusAt(service, gone.access), 401)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await known()
    t.equal(await statusAt(fresh, gone.access), 401)
  })

  await t.test('the server cut off from Redis: nobody vouches, and what ends is refused within two seconds', async (t) => {
    const [device, gone] = [await known(), await known()]
    serverWay.cut()
    t.teardown(() => serverWay.mend())
    await logOut(server, gone.refresh)
    await isRefused(t, service, gone.access)
    t.equal(await statusAt(service, device.access), 200)
    serverWay.mend()
    await eventually(() => server.copies.trust.shared && server.copies.trust.longest() === 60_000, Boolean, { within: 5000 })
    await answersAlone(service, counted, device.access)
    t.equal(await statusAt(service, gone.access), 401)
  })

  await t.test('Postgres stopped: the signed-in go on', async (t) => {
    const [device, newcomer] = [await known(), await signedIn(server)]
    t.equal(await statusAt(service, newcomer.access), 200)
    await postgres.stop()
    const statuses = new Set<number>()
    const until = performance.now() + 3000
    while (performance.now() < until) {
      statuses.add(await statusAt(service, device.access))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    t.notOk(statuses.has(401))
    for (const { access } of [device, newcomer]) await eventually(() => statusAt(service, access), (status) => status === 200)
    await postgres.start()
    await answersAlone(service, counted, device.access)
  })

  await t.test('the server cut off from the service: Redis is enough, and what ends is refused', async (t) => {
    const [device, gone] = [await known(), await known()]
    httpWay.cut()
    t.teardown(() => httpWay.mend())
    await logOut(server, gone.refresh)
    await isRefused(t, service, gone.access)
    t.equal(await statusAt(service, device.access), 200)
    const newcomer = await signedIn(server)
    t.equal(await statusOf(server, newcomer.access), 200)
    t.equal(await statusAt(service, newcomer.access), 200, 'of whom a node has put a copy there')
    httpWay.mend()
  })

  await t.test('Redis and the server both gone: 503 with Retry-After within two seconds, never 401', async (t) => {
    const device = await known()
    await redis.stop()
    httpWay.cut()
    const begun = performance.now()
    await cannotSay(t, service, device.access)
    t.ok(performance.now() - begun < 2500)
    await cannotSay(t, service, (await signedIn(server)).access)
    await redis.start()
    httpWay.mend()
    await eventually(() => statusAt(service, device.access), (status) => status === 200, { within: 5000 })
  })
})
