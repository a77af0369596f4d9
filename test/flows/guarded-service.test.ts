import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { purposes } from '../../src/lib/keys.js'
import { signInAdmin } from '../helpers/administrators.js'
import { eventually } from '../helpers/eventually.js'
import { answersAlone, ask, countIntrospections, optionsFor, startServer, startService, statusAt } from '../helpers/guarded.js'
import { privateKeysDir, putKey } from '../helpers/keys.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { logOut, refreshWith, refreshed, rowOf, signedIn, somewhere } from '../helpers/sessions.js'
import { passTime } from '../helpers/time.js'

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

/** Refused within `within` milliseconds, and from then on. */
async function isRefused (t: Test, service: FastifyInstance, access: string, within = 1000) {
  await eventually(() => statusAt(service, access), (status) => status === 401, { within, every: 1 })
  for (let times = 0; times < 20; times++) t.equal(await statusAt(service, access), 401)
}

t.test('a service with the guard, beside two nodes', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const keysDir = await privateKeysDir()
  const at = await startServer(t, stores, { KEYS_DIR: keysDir })
  const { server: other } = await startServer(t, stores, { KEYS_DIR: keysDir })
  const { server } = at
  const service = await startService(t, optionsFor(at))
  const counted = countIntrospections(server)
  const known = async () => {
    const device = await signedIn(server)
    for (let times = 0; times < 2; times++) await statusAt(service, device.access)
    return device
  }

  await t.test('answers from its memory and from Redis, and asks the server no more than once of a token', async (t) => {
    await answersAlone(service, counted, (await known()).access)
    const devices = await Promise.all([signedIn(server), signedIn(other)])
    const before = counted.times
    for (const { access } of devices) {
      for (let times = 0; times < 10; times++) t.equal(await statusAt(service, access), 200)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    t.equal(counted.times - before, devices.length, 'so that the server learns of the use')
  })

  await t.test('a logout on a node is heard', async (t) => {
    const device = await known()
    await logOut(other, device.refresh)
    await isRefused(t, service, device.access)
  })

  await t.test('the end of all sessions of a user is heard', async (t) => {
    const device = await known()
    await server.sessions.endAllOf(device.id, 'revoked', somewhere)
    await isRefused(t, service, device.access)
  })

  await t.test('a disabled user is refused, and so is a deleted one', async (t) => {
    const admin = await signInAdmin(server)
    const [disabled, deleted] = [await known(), await known()]
    t.equal((await admin.ask('PATCH', `/api/users/${disabled.id}`, { payload: { disabled: true } })).statusCode, 200)
    await isRefused(t, service, disabled.access)
    t.equal((await admin.ask('DELETE', `/api/users/${deleted.id}`)).statusCode, 204)
    await isRefused(t, service, deleted.access)
  })

  await t.test('a changed role holds', async (t) => {
    const admin = await signInAdmin(server)
    const user = await known()
    const change = async (role: string) => await admin.ask('PATCH', `/api/users/${user.id}`, { payload: { role } })
    t.equal(await statusAt(service, user.access, '/admins'), 403)
    await change('admin')
    await eventually(() => statusAt(service, user.access, '/admins'), (status) => status === 200, { within: 500, every: 1 })
    await change('user')
    await eventually(() => statusAt(service, user.access, '/admins'), (status) => status === 403, { within: 500, every: 1 })
    t.match((await ask(service, user.access)).json(), { role: 'user', user: { role: 'user' } })
  })

  await t.test('what changed in Postgres alone is heard from the nodes, by their sweep', async (t) => {
    const [device, user] = [await known(), await known()]
    await server.sql`update sessions set ended_at = now(), ended_because = 'revoked', version = version + 1 where id = ${device.sessionId}`
    await server.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${user.id}`
    await isRefused(t, service, device.access, 2000)
    await eventually(() => statusAt(service, user.access, '/admins'), (status) => status === 200, { within: 2000 })
  })

  await t.test('a token that was replaced is good within the overlap, and dead after it', async (t) => {
    const before = await known()
    const after = await refreshed(other, before.refresh)
    for (const { access } of [before, after]) t.equal(await statusAt(service, access), 200)
    await passTime(server, { ...before, seconds: 11 })
    await isRefused(t, service, before.access)
    t.equal(await statusAt(service, after.access), 200)
  })

  await t.test('a token that was used there makes its parent worthless', async (t) => {
    const first = await signedIn(server)
    const second = await refreshed(server, first.refresh)
    t.equal(await statusAt(service, second.access), 200)
    await eventually(() => rowOf(server, first.sessionId), (row) => row?.version === 3)
    await passTime(server, { ...first, seconds: 11 })
    t.equal((await refreshWith(server, first.refresh)).statusCode, 401)
    await isRefused(t, service, second.access)
  })

  await t.test('fifty requests at once that nobody knows of are one question', async (t) => {
    const device = await known()
    await redis.flush()
    const unknown = await startService(t, optionsFor(at))
    const before = counted.times
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await statusAt(unknown, device.access)))
    t.same([...new Set(answers)], [200])
    t.equal(counted.times - before, 1)
  })

  await t.test('a new key is known before it signs, and the one before it goes on', async (t) => {
    const before = await known()
    for (const purpose of purposes) await putKey(keysDir, purpose, 1, minutesAgo(6))
    await eventually(() => server.keys.kids().size === 4 && other.keys.kids().size === 4)
    const after = await signedIn(server)
    t.not(kidOf(after.access), kidOf(before.access))
    for (const { access } of [before, after]) t.equal(await statusAt(service, access), 200)
  })

  await t.test('a key that is taken away has its tokens refused within two seconds, verified ones too', async (t) => {
    const device = await known()
    const [old = '', kept = ''] = (await readdir(join(keysDir, 'access'))).sort((a, b) => Number(b.endsWith('-1.pem')) - Number(a.endsWith('-1.pem')))
    t.ok(kept.endsWith('-0.pem'))
    await rm(join(keysDir, 'access', old))
    await isRefused(t, service, device.access, 2500)
    t.equal(await statusAt(service, (await refreshed(server, device.refresh)).access), 200)
  })

  await t.test('the end of everybody\'s sessions is heard', async (t) => {
    const device = await known()
    await other.sessions.endEveryone(somewhere)
    await isRefused(t, service, device.access)
    t.equal(await statusAt(service, (await known()).access), 200)
  })
})

const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
