import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { commandMilliseconds, connectRedis, connectSubscription, watchConnections, type RedisClient } from '../../../src/store/redis.js'
import { eventually } from '../../helpers/eventually.js'
import { leftOut, privateRedis } from '../../helpers/services.js'

const ready = async (redis: RedisClient) => await eventually(() => redis.status === 'ready', Boolean, { within: 5000 })

t.test('a connection to Redis', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)
  const connect = () => {
    const redis = connectRedis(server.url)
    redis.on('error', () => {})
    t.teardown(() => redis.disconnect())
    return redis
  }
  const redis = connect()
  const seen = { connected: 0, disconnected: 0 }
  watchConnections(redis, { connected: () => { seen.connected++ }, disconnected: () => { seen.disconnected++ } })
  await ready(redis)

  t.test('is told of once it stands, also to who asks later', async (t) => {
    t.same(seen, { connected: 1, disconnected: 0 })
    let late = 0
    watchConnections(redis, { connected: () => { late++ }, disconnected: () => {} })
    t.equal(late, 1)
  })

  t.test('that is silent is waited for no longer than a command may last', async (t) => {
    server.freeze()
    const begun = performance.now()
    await t.rejects(redis.get('a'), { message: 'Command timed out' })
    t.ok(performance.now() - begun < commandMilliseconds + 400)
    server.thaw()
    await eventually(() => redis.ping().catch(() => ''), (answer) => answer === 'PONG')
  })

  t.test('is not taken for silent while this process is too busy to read what it answered', async (t) => {
    const answer = redis.echo('a')
    // By then the command is on its way.
    await nextTurn()
    await nextTurn()
    for (const begun = performance.now(); performance.now() - begun < commandMilliseconds + 200;);
    t.equal(await answer, 'a')
  })

  t.test('that broke is told of, refuses commands at once, and comes back by itself', async (t) => {
    const { connected } = seen
    await server.kill()
    await eventually(() => seen.disconnected > 0)
    const begun = performance.now()
    await t.rejects(redis.set('a', '1'))
    t.ok(performance.now() - begun < commandMilliseconds)

    await server.start()
    await ready(redis)
    t.equal(seen.connected, connected + 1)
    t.equal(await redis.get('a'), null, 'what failed is not done later')
  })

  t.test('for a subscription does not come back: whoever lost it has to know', async (t) => {
    const subscription = connectSubscription(server.url, 0)
    subscription.on('error', () => {})
    t.teardown(() => subscription.disconnect())
    await ready(subscription)
    await server.kill()
    await eventually(() => subscription.status === 'end')
    await server.start()
    await ready(redis)
    t.equal(subscription.status, 'end', 'another has come back by then')
  })
})
