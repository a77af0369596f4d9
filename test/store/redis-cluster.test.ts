import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { askRedis, clusterSettled, privateCluster } from '../helpers/redis-forms.js'
import { leftOut, privatePostgres, type PrivateRedis } from '../helpers/services.js'
import { logOut, refreshWith, signedIn, statusOf } from '../helpers/sessions.js'
import { isWell, keepUsing, refusedOn, timeToHear } from '../helpers/two-nodes-in-use.js'

const slow = { within: 15_000, every: 20 }

const keysOf = async (server: PrivateRedis) => await askRedis(server, (redis) => redis.dbsize())

t.test('a Redis Cluster of three masters', { skip: leftOut }, async (t) => {
  const [postgres, redis] = await Promise.all([privatePostgres(t), privateCluster(t)])
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const a = await startApp(t, stores)
  const b = await startApp(t, stores)
  await eventually(() => [a, b].every(isWell), Boolean, slow)
  const [first, second, third] = redis.masters as [PrivateRedis, PrivateRedis, PrivateRedis]

  t.test('one node believes in what the other opened, and refuses what it ended', async (t) => {
    for (let round = 0; round < 5; round++) {
      const device = await signedIn(a)
      t.equal(await statusOf(b, device.access), 200)
      await logOut(a, device.refresh)
      await refusedOn(b, device.access)
      t.equal((await refreshWith(b, device.refresh)).statusCode, 401)
    }
    t.ok(await timeToHear(a, b) < 250)
  })

  t.test('the masters share the copies and the counts, since each command and script touches one key', async (t) => {
    const counts = await Promise.all(redis.masters.map(keysOf))
    t.ok(counts.every((count) => count > 0), counts.join(' '))
    t.ok(a.copies.trust.shared)
  })

  t.test('a node that heard of a change through one master told of it through another', async (t) => {
    for (const server of redis.masters) {
      const { url } = server
      const listener = await startApp(t, stores, { REDIS_URL: `redis+cluster://${url.slice('redis://'.length)}` })
      await eventually(() => isWell(listener), Boolean, slow)
      t.ok(await timeToHear(a, listener) < 250)
    }
  })

  t.test('a master that comes back with the past is not trusted before a sweep has succeeded', async (t) => {
    const { trust } = b.copies
    const before = trust.connections
    await second.stop()
    await second.start()
    const believed = await eventually(() => ({ again: trust.connections > before, shared: trust.shared }), ({ again }) => again, { ...slow, every: 1 })
    t.notOk(believed.shared)

    await clusterSettled(second)
    await eventually(() => [a, b].every(isWell), Boolean, slow)
  })

  t.test('a master that dies without a replica is passed over, and so is the cluster that is down for it', async (t) => {
    const inUse = await keepUsing(t, a, b)
    await eventually(() => inUse.ended.length > 5, Boolean, slow)

    await third.kill()
    await eventually(() => askRedis(first, (client) => client.cluster('INFO')), (told) => String(told).includes('cluster_state:fail'), slow)
    let count = inUse.ended.length
    await eventually(() => inUse.ended.length > count + 5, Boolean, slow)
    await t.resolves(signedIn(a))

    await third.start()
    await clusterSettled(first)
    const back = performance.now()
    await eventually(() => [a, b].every(isWell), Boolean, slow)
    t.comment(`well again ${Math.round(performance.now() - back)} ms after the cluster was`)
    count = inUse.ended.length
    await eventually(() => inUse.ended.length > count + 5, Boolean, slow)

    t.same(await inUse.stop(), [])
    t.ok(await timeToHear(a, b) < 250)
  })

  t.test('a cluster that is away altogether makes nobody wait', async (t) => {
    await Promise.all(redis.masters.map((server) => server.kill()))
    const begun = performance.now()
    const device = await signedIn(a)
    t.equal(await statusOf(a, device.access), 200)
    t.equal(await statusOf(b, device.access), 200)
    await logOut(b, device.refresh)
    await refusedOn(a, device.access)
    t.ok(performance.now() - begun < 4000)

    await Promise.all(redis.masters.map((server) => server.start()))
    await Promise.all(redis.masters.map((server) => clusterSettled(server)))
    await eventually(() => [a, b].every(isWell), Boolean, slow)
    t.ok(await timeToHear(b, a) < 250)
  })
})

t.test('a Redis Cluster whose masters have replicas', { skip: leftOut }, async (t) => {
  const [postgres, redis] = await Promise.all([privatePostgres(t), privateCluster(t, { replicas: true })])
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const a = await startApp(t, stores)
  const b = await startApp(t, stores)
  await eventually(() => [a, b].every(isWell), Boolean, slow)
  const [master] = redis.masters as [PrivateRedis]
  const [replica] = redis.replicas as [PrivateRedis]

  t.test('a failover of one signs nobody out, brings nothing back, and its heir is trusted after a sweep only', async (t) => {
    const inUse = await keepUsing(t, a, b)
    await eventually(() => inUse.ended.length > 5, Boolean, slow)
    const before = [a, b].map(({ copies }) => copies.trust.connections)

    await master.kill()
    const killed = performance.now()
    await eventually(() => askRedis(replica, (client) => client.role()), ([role]) => role === 'master', slow)
    await eventually(() => [a, b].every((app, place) => app.copies.trust.connections > (before[place] ?? 0) && isWell(app)), Boolean, slow)
    t.comment(`well again ${Math.round(performance.now() - killed)} ms after the master was killed`)
    const count = inUse.ended.length
    await eventually(() => inUse.ended.length > count + 5, Boolean, slow)

    t.same(await inUse.stop(), [])
    t.ok(await timeToHear(a, b) < 250)
    t.ok(await timeToHear(b, a) < 250)
    t.ok(await keysOf(replica) > 0)
  })
})
