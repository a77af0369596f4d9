import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { claimsOf, eventsOf, logOut, refreshWith, refreshed, rowOf, signIn, signedIn, somewhere, statusOf, whoIs } from '../helpers/sessions.js'
import { passTime } from '../helpers/time.js'

/** Refused within a second, and from then on. */
async function isRefused (t: Test, app: FastifyInstance, access: string) {
  await eventually(() => statusOf(app, access), (status) => status === 401, { within: 1000, every: 1 })
  for (let times = 0; times < 20; times++) t.equal(await statusOf(app, access), 401)
}

t.test('two nodes on the same stores', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const a = await startApp(t, stores)
  const b = await startApp(t, stores)
  await eventually(() => [a, b].every(({ copies }) => copies.trust.shared && copies.trust.longest() === 60_000))

  t.test('one believes in what the other opened, and answers it without Postgres', async (t) => {
    const device = await signedIn(a)
    t.equal(await statusOf(b, device.access), 200)
    t.equal((await refreshWith(b, device.refresh)).statusCode, 200)
  })

  t.test('a logout on one is heard on the other', async (t) => {
    const device = await signedIn(a)
    t.equal(await statusOf(b, device.access), 200)
    await logOut(a, device.refresh)
    await isRefused(t, b, device.access)
    t.equal((await refreshWith(b, device.refresh)).statusCode, 401)
  })

  t.test('reuse that one detects ends the session on the other', async (t) => {
    const first = await signedIn(a)
    const second = await refreshed(b, first.refresh)
    const third = await refreshed(a, second.refresh)
    await passTime(a, { ...first, seconds: 11 })
    t.equal(await statusOf(b, third.access), 200)

    t.equal((await refreshWith(a, first.refresh)).statusCode, 401)
    await isRefused(t, b, third.access)
  })

  t.test('a token that was replaced on one is refused on the other after the overlap', async (t) => {
    const before = await signedIn(a)
    t.equal(await statusOf(b, before.access), 200)
    const after = await refreshed(a, before.refresh)
    t.equal(await statusOf(b, before.access), 200)
    t.equal(await statusOf(b, after.access), 200)

    await passTime(a, { ...before, seconds: 11 })
    await isRefused(t, b, before.access)
    t.equal(await statusOf(b, after.access), 200)
  })

  t.test('a use of the successor on one makes its parent worthless on the other', async (t) => {
    const first = await signedIn(a)
    const second = await refreshed(a, first.refresh)
    t.equal(await statusOf(b, second.access), 200)
    await eventually(() => rowOf(a, first.sessionId), (row) => row?.version === 3)
    await passTime(a, { ...first, seconds: 11 })

    t.equal((await refreshWith(a, first.refresh)).statusCode, 401)
    t.match(await rowOf(a, first.sessionId), { endedBecause: 'reuse' })
  })

  t.test('the end of all sessions on one is heard on the other', async (t) => {
    const phone = await signedIn(a)
    const laptop = await signIn(b, phone)
    t.equal(await statusOf(b, phone.access), 200)
    t.equal(await statusOf(b, laptop.access), 200)

    await a.sessions.endAllOf(phone.id, 'revoked', somewhere)
    await isRefused(t, b, phone.access)
    await isRefused(t, b, laptop.access)
  })

  t.test('a changed role on one is seen on the other', async (t) => {
    const user = await signedIn(a)
    const roleOn = async (app: FastifyInstance) => (await whoIs(app, user.access)).json().data.user.role
    t.equal(await roleOn(b), 'user')

    await a.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${user.id}`
    const changed = await a.users.find(user.id)
    if (changed !== undefined) await a.copies.userChanged(changed)
    t.equal(await roleOn(a), 'admin')
    await eventually(() => roleOn(b), (role) => role === 'admin', { within: 500, every: 1 })
  })

  t.test('what ends in Postgres alone is heard of by the sweep', async (t) => {
    const device = await signedIn(a)
    t.equal(await statusOf(b, device.access), 200)
    await a.sql`update sessions set ended_at = now(), ended_because = 'revoked', version = version + 1 where id = ${device.sessionId}`
    await eventually(() => statusOf(b, device.access), (status) => status === 401, { within: 2000 })
    await eventually(() => statusOf(a, device.access), (status) => status === 401, { within: 2000 })
  })

  t.test('a session that was renewed with a new password, of which no word came, is heard of by the sweep', async (t) => {
    const device = await signedIn(a)
    t.equal(await statusOf(b, device.access), 200)
    const change = { userId: device.id, passwordVersion: 1, passwordHash: 'x'.repeat(60), sessionId: device.sessionId }
    const { session } = await a.sessionsRecord.changePassword({ ...change, accessId: randomUUID(), refreshId: randomUUID() }, somewhere)
    for (const node of [a, b]) await eventually(() => statusOf(node, device.access), (status) => status === 401, { within: 2000 })

    t.equal(b.copies.sessions.peek(device.sessionId)?.version, session.version)
    t.match(await b.redis?.get(`gatehouse:session:${device.sessionId}`), `${session.version} `, 'and Redis has it too')
    t.match(await rowOf(a, device.sessionId), { endedBecause: null })
  })

  t.test('a user who is deleted on one is forgotten on the other', async (t) => {
    const user = await signedIn(a)
    t.equal(await statusOf(b, user.access), 200)
    await a.accounts.remove(user.id, somewhere)
    t.equal(a.copies.users.peek(user.id), undefined)
    await isRefused(t, b, user.access)
    await eventually(() => b.copies.users.peek(user.id) === undefined, Boolean, { within: 500, every: 1 })
    t.equal(await b.copies.users.find(user.id), undefined)
    t.notMatch(await b.redis?.get(`gatehouse:user:${user.id}`), user.email)
  })

  t.test('and so is one of whose deletion no word came', async (t) => {
    const user = await signedIn(a)
    t.equal(await statusOf(b, user.access), 200)
    await a.users.remove(user.id, somewhere)
    for (const node of [a, b]) {
      await eventually(() => statusOf(node, user.access), (status) => status === 401, { within: 2000 })
      await eventually(() => node.copies.users.peek(user.id) === undefined, Boolean, { within: 2000 })
    }
    t.notMatch(await b.redis?.get(`gatehouse:user:${user.id}`), user.email)
  })

  t.test('the end of everybody in one stroke is heard on the other, and spares who comes after', async (t) => {
    const before = await signedIn(a)
    t.equal(await statusOf(b, before.access), 200)
    await a.sessions.endEveryone(somewhere)
    t.equal(await statusOf(a, before.access), 401)
    await isRefused(t, b, before.access)

    const after = await signIn(a, before)
    t.equal(await statusOf(b, after.access), 200)
    await b.copies.sweep()
    t.equal(await statusOf(b, after.access), 200)
  })

  t.test('fifty refreshes of one token over two nodes have one successor', async (t) => {
    const device = await signedIn(a)
    const answers = await Promise.all(Array.from({ length: 50 }, async (_, number) => await refreshWith(number % 2 === 0 ? a : b, device.refresh)))

    t.same(answers.map(({ statusCode }) => statusCode), Array(50).fill(200))
    t.equal(new Set(answers.map(({ json }) => json().refresh_token)).size, 1)
    t.equal(new Set(answers.map(({ json }) => json().access_token)).size, 1)
    t.equal((await rowOf(a, device.sessionId))?.version, 2)
  })

  t.test('a refresh on one that races an ending on the other revives nothing', async (t) => {
    for (let round = 0; round < 10; round++) {
      const device = await signedIn(a)
      const [answer] = await Promise.all([refreshWith(b, device.refresh), logOut(a, device.refresh)])
      const access = answer.statusCode === 200 ? answer.json().access_token : device.access
      t.equal(claimsOf(access).sid, device.sessionId)
      t.equal(await statusOf(a, access), 401)
      await isRefused(t, b, access)
      t.same((await eventsOf(a, device.sessionId)).filter(({ type }) => type === 'session.reuse_detected'), [])
    }
  })
})
