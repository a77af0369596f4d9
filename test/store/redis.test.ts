import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { commandMilliseconds, connectRedis, connectSubscription, readRedisUrl, watchConnections, type RedisClient } from '../../src/store/redis.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, privateRedis } from '../helpers/services.js'

const ready = async (redis: RedisClient) => await eventually(() => redis.status === 'ready', Boolean, { within: 5000 })

t.test('REDIS_URL', async (t) => {
  const host = (name: string, port: number) => ({ host: name, port })
  const rows: [url: string, address: object][] = [
    ['redis://127.0.0.1', { form: 'single', hosts: [host('127.0.0.1', 6379)], account: {}, db: 0 }],
    ['redis://127.0.0.1:7000/3', { form: 'single', hosts: [host('127.0.0.1', 7000)], db: 3 }],
    ['redis://127.0.0.1:7000/3?family=4', { hosts: [host('127.0.0.1', 7000)], db: 3 }],
    ['redis://[::1]:7000', { hosts: [host('::1', 7000)] }],
    ['rediss://cache', { hosts: [host('cache', 6379)], account: { tls: {} } }],
    ['redis://:a%2Fb%40c@cache', { hosts: [host('cache', 6379)], account: { password: 'a/b@c' } }],
    ['redis://ada:secret@cache', { account: { username: 'ada', password: 'secret' } }],
    ['redis+sentinel://a,b:7000', { form: 'sentinel', hosts: [host('a', 26379), host('b', 7000)], master: 'mymaster', db: 0 }],
    ['redis+sentinel://ada:secret@a/cache/2', { form: 'sentinel', account: { username: 'ada', password: 'secret' }, master: 'cache', db: 2 }],
    ['rediss+sentinel://a/cache', { form: 'sentinel', account: { tls: {} }, master: 'cache' }],
    ['redis+cluster://a,b:7000', { form: 'cluster', hosts: [host('a', 6379), host('b', 7000)] }]
  ]
  for (const [url, address] of rows) t.test(url, async (t) => t.match(readRedisUrl(url), address))

  t.test('of another form is refused, without a word of what it holds', async (t) => {
    for (const url of ['http://:hunter2@cache', 'redis+other://:hunter2@cache', 'hunter2']) t.throws(() => readRedisUrl(url), { message: 'REDIS_URL cannot be read' })
  })
})

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
    await wait(300)
    t.equal(subscription.status, 'end')
  })
})
