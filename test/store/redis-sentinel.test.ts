import { once } from 'node:events'
import t from 'tap'
import { connectRedis, connectSubscription, untilReady } from '../../src/store/redis.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { askRedis, privateSentinels, sentinelLeftOut } from '../helpers/redis-forms.js'
import { privatePostgres } from '../helpers/services.js'
import { logOut, refreshWith, signedIn, statusOf } from '../helpers/sessions.js'
import { isWell, keepUsing, refusedOn, timeToHear } from '../helpers/two-nodes-in-use.js'

t.test('Redis behind Sentinel', { skip: sentinelLeftOut }, async (t) => {
  const [postgres, redis] = await Promise.all([privatePostgres(t), privateSentinels(t)])
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const a = await startApp(t, stores)
  const b = await startApp(t, stores)
  await eventually(() => [a, b].every(isWell), Boolean, { within: 5000 })

  t.test('one node believes in what the other opened, and refuses what it ended', async (t) => {
    const device = await signedIn(a)
    t.equal(await statusOf(b, device.access), 200)
    await logOut(a, device.refresh)
    await refusedOn(b, device.access)
    t.equal((await refreshWith(b, device.refresh)).statusCode, 401)
    t.ok(await timeToHear(a, b) < 250)
  })

  t.test('a failover signs nobody out, brings nothing back, and is no fault of ours', async (t) => {
    const inUse = await keepUsing(t, a, b)
    await eventually(() => inUse.ended.length > 5, Boolean, { within: 10_000 })
    const before = a.copies.trust.connections
    await redis.master.kill()
    const killed = performance.now()

    await eventually(() => a.copies.trust.connections > before && [a, b].every(isWell), Boolean, { within: 15_000, every: 20 })
    t.comment(`well again ${Math.round(performance.now() - killed)} ms after the master was killed`)
    const count = inUse.ended.length
    await eventually(() => inUse.ended.length > count + 5, Boolean, { within: 10_000 })

    t.same(await inUse.stop(), [])
    t.ok(await timeToHear(a, b) < 250)
    t.ok(await timeToHear(b, a) < 250)
  })

  t.test('a subscription that is lost leaves no connection to the sentinels behind', async (t) => {
    for (let times = 0; times < 3; times++) {
      await askRedis(redis.replica, (client) => client.client('KILL', 'TYPE', 'PUBSUB'))
      await eventually(() => ![a, b].some(isWell))
      await eventually(() => [a, b].every(isWell), Boolean, { within: 5000 })
    }
    for (const sentinel of redis.sentinels) {
      const listening = async () => String(await askRedis(sentinel, (client) => client.client('LIST', 'TYPE', 'PUBSUB'))).trim().split('\n')
      await t.resolves(eventually(listening, ({ length }) => length === 2, { within: 5000 }))
    }
  })

  t.test('whose sentinels want an account of their own is reached with the one that the address names', async (t) => {
    for (const sentinel of redis.sentinels) {
      await askRedis(sentinel, (client) => client.call('ACL', 'SETUSER', 'watch', 'on', '>p@ss', 'allchannels', '+@all'))
      await askRedis(sentinel, (client) => client.call('ACL', 'SETUSER', 'default', 'off'))
    }
    const open = (url: string) => {
      const client = connectRedis(url)
      client.on('error', () => {})
      t.teardown(() => client.disconnect())
      return client
    }
    t.equal(await untilReady(open(redis.url), 1000), false, 'without it nobody says which is the master')
    const url = `${redis.url}?sentinel_username=watch&sentinel_password=p%40ss`
    t.equal(await untilReady(open(url), 5000), true)
    const subscription = connectSubscription(url, 0)
    t.teardown(() => subscription.disconnect())
    await once(subscription, 'ready')
    t.equal(await subscription.subscribe('news'), 1)
  })
})
