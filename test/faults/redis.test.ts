import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, privatePostgres, privateRedis } from '../helpers/services.js'
import { logOut, refreshWith, refreshed, signedIn, statusOf, whoIs, type Account, type Device } from '../helpers/sessions.js'
import { passTime } from '../helpers/time.js'

const recovered = { within: 5000 }

async function nodes (t: Test, args: string[] = []) {
  const [postgres, redis] = await Promise.all([privatePostgres(t), privateRedis(t, { args })])
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const [a, b] = [await startApp(t, stores), await startApp(t, stores)]
  const heard = () => [a, b].every(({ copies: { trust } }) => trust.shared && trust.longest() === 60_000)
  await eventually(heard, Boolean, recovered)
  return { postgres, redis, a, b, stores, healed: async () => { await eventually(heard, Boolean, recovered) } }
}

type Nodes = Awaited<ReturnType<typeof nodes>>

/** Everything that a signed-in user does, on both nodes: nobody is signed out, what ends stays ended, and nothing fails. */
async function goesOn (t: Test, { a, b }: Nodes, user: Account & Device) {
  for (const app of [a, b]) t.equal(await statusOf(app, user.access), 200, 'signed in')
  const newcomer = await signedIn(b)
  t.equal(await statusOf(a, newcomer.access), 200, 'a login')
  const successor = await refreshed(a, newcomer.refresh)
  for (const app of [a, b]) t.equal(await statusOf(app, successor.access), 200, 'a refresh')
  t.equal((await logOut(b, successor.refresh)).statusCode, 200, 'a logout')
  t.equal(await statusOf(b, successor.access), 401)
  await eventually(() => statusOf(a, successor.access), (status) => status === 401, { within: 2000 })
  return newcomer
}

async function staysEnded (t: Test, { a, b }: Nodes, ...devices: Device[]) {
  for (const { access, refresh } of devices) {
    for (const app of [a, b]) {
      t.equal(await statusOf(app, access), 401, 'ended')
      t.equal((await refreshWith(app, refresh)).statusCode, 401)
    }
  }
}

t.test('Redis that breaks', { skip: leftOut }, async (t) => {
  const all = await nodes(t)
  const { a, b, redis } = all
  const admin = new Redis(redis.url)
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())

  t.test('emptied, loses nothing', async (t) => {
    const [user, gone] = [await signedIn(a), await signedIn(a)]
    await logOut(a, gone.refresh)
    await redis.flush()
    for (const app of [a, b]) app.copies.sessions.clear()
    await goesOn(t, all, user)
    await staysEnded(t, all, gone)
  })

  t.test('stopped and started again, loses nothing', async (t) => {
    const [user, gone] = [await signedIn(a), await signedIn(a)]
    t.equal(await statusOf(b, gone.access), 200)
    await redis.stop()
    const ended = await goesOn(t, all, user)
    await logOut(a, gone.refresh)
    await eventually(() => statusOf(b, gone.access), (status) => status === 401, { within: 2000 })

    await redis.start()
    await goesOn(t, all, user)
    await all.healed()
    await goesOn(t, all, user)
    await staysEnded(t, all, gone, ended)
    await eventually(() => admin.exists(`gatehouse:session:${user.sessionId}`).catch(() => 0), Boolean, recovered)
  })

  t.test('while it is away, this process\' memory is not emptied again and again', async (t) => {
    const user = await signedIn(a)
    await redis.stop()
    t.teardown(async () => {
      await redis.start()
      await all.healed()
    })
    await eventually(() => a.copies.trust.longest() === 1000)
    t.equal(await statusOf(a, user.access), 200)
    const held = a.copies.sessions.size
    t.ok(held > 0)

    let tries = 0
    a.redis?.on('reconnecting', () => { tries++ })
    const from = tries
    await eventually(() => tries >= from + 4, Boolean, recovered)
    t.equal(a.copies.sessions.size, held)
  })

  t.test('frozen, holds nobody up, and is used again once thawed', async (t) => {
    const [user, gone] = [await signedIn(a), await signedIn(a)]
    t.equal(await statusOf(b, gone.access), 200)
    redis.freeze()
    t.teardown(() => redis.thaw())
    const begun = performance.now()
    const ended = await goesOn(t, all, user)
    t.ok(performance.now() - begun < 6000)
    await logOut(a, gone.refresh)
    await eventually(() => statusOf(b, gone.access), (status) => status === 401, { within: 2000 })

    redis.thaw()
    await all.healed()
    await goesOn(t, all, user)
    await staysEnded(t, all, gone, ended)
  })

  t.test('its subscription cut, is subscribed to anew, and endings are heard meanwhile and after', async (t) => {
    const [user, gone] = [await signedIn(a), await signedIn(a)]
    t.equal(await statusOf(b, gone.access), 200)
    await admin.call('client', 'kill', 'type', 'pubsub')
    await logOut(a, gone.refresh)
    await eventually(() => statusOf(b, gone.access), (status) => status === 401, { within: 2000 })
    await all.healed()
    await goesOn(t, all, user)
    await staysEnded(t, all, gone)
  })

  for (const [name, setting, wrong, right] of [
    ['full', 'maxmemory', '1mb', '0'],
    ['taking no writes', 'min-replicas-to-write', '1', '0']
  ] as const) {
    t.test(`${name}, is done without`, async (t) => {
      const user = await signedIn(a)
      const before = await signedIn(a)
      t.equal(await statusOf(b, before.access), 200)
      t.teardown(async () => { await admin.config('SET', setting, right) })
      await admin.config('SET', setting, wrong)
      await goesOn(t, all, user)

      const after = await refreshed(a, before.refresh)
      await passTime(a, { ...before, seconds: 11 })
      await eventually(() => statusOf(b, before.access), (status) => status === 401, { within: 2000 })
      t.equal(await statusOf(b, after.access), 200, 'what was replaced is, on the other too')
    })
  }
})

t.test('Redis that comes back with yesterday\'s data', { skip: leftOut }, async (t) => {
  const all = await nodes(t, ['--dbfilename', 'dump.rdb'])
  const { a, b, postgres, redis, stores } = all
  const save = async () => {
    const client = new Redis(redis.url)
    await client.save()
    client.disconnect()
  }

  t.test('brings back nothing that ended, signs nobody out and restores no old role', async (t) => {
    const [user, gone] = [await signedIn(a), await signedIn(a)]
    t.equal(await statusOf(b, gone.access), 200)
    await save()
    await logOut(a, gone.refresh)
    await redis.kill()
    const alsoGone = await goesOn(t, all, user)

    await redis.start()
    await goesOn(t, all, user)
    await all.healed()
    await staysEnded(t, all, gone, alsoGone)
    await goesOn(t, all, user)

    const third = await startApp(t, stores)
    await eventually(() => third.copies.trust.shared)
    t.equal(await statusOf(third, gone.access), 401)
    t.equal(await statusOf(third, user.access), 200)
  })

  t.test('restores no old role, not even when Postgres is away as it comes', async (t) => {
    await b.close()
    const user = await signedIn(a)
    const roleOn = async () => (await whoIs(a, user.access)).json().data?.user.role
    t.equal(await roleOn(), 'user')
    await save()
    await a.sql`update users set role = 'admin', version = version + 1, updated_at = now() - interval '1 minute', created_at = now() - interval '1 hour' where id = ${user.id}`
    const changed = await a.users.find(user.id)
    if (changed !== undefined) await a.copies.userChanged(changed)
    t.equal(await roleOn(), 'admin')

    for (let others = 0; others < 10_000; others++) a.copies.users.drop(`other ${others}`)

    await redis.kill()
    await postgres.stop()
    await redis.start()
    await eventually(() => a.redis?.status === 'ready', Boolean, recovered)
    await t.rejects(a.copies.sweep())
    await postgres.start()
    await eventually(() => a.copies.trust.shared, Boolean, recovered)
    a.copies.users.clear()
    t.equal(await roleOn(), 'admin')
  })
})
