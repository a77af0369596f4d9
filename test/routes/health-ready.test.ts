import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, privatePostgres, privateRedis } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('GET /health/ready', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const redis = stores.name === 'embedded' ? 'off' : 'up'
    await eventually(() => app.checkStores(), (checks) => checks.redis === redis)

    await t.test('answers 200 and how each store is', async (t) => {
      const response = await app.inject('/health/ready')

      t.equal(response.statusCode, 200)
      t.same(response.json(), { status: 'success', checks: { postgres: 'up', redis } })
    })

    await t.test('asks each store once, however many ask at once', async (t) => {
      const answers = Array.from({ length: 5 }, () => app.checkStores())

      t.equal(new Set(await Promise.all(answers)).size, 1)
      t.not(await app.checkStores(), await answers[0], 'and again the next time')
    })

    await t.test('answers 503 with Retry-After while the node takes leave', async (t) => {
      app.draining.begin()

      const response = await app.inject('/health/ready')

      t.equal(response.statusCode, 503)
      t.match(response.headers['retry-after'], /^[1-9]\d*$/)
      t.same(response.json(), { status: 'error', checks: { postgres: 'up', redis } })
    })
  })

  await t.test('with stores that break', { skip: leftOut }, async (t) => {
    const [postgres, redis] = await Promise.all([privatePostgres(t), privateRedis(t)])
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } })

    await t.test('answers 200 while one store answers', async (t) => {
      await redis.kill()

      const response = await app.inject('/health/ready')

      t.equal(response.statusCode, 200)
      t.same(response.json(), { status: 'success', checks: { postgres: 'up', redis: 'down' } })
    })

    await t.test('answers 503 with Retry-After when neither does', async (t) => {
      await postgres.kill()

      const response = await app.inject('/health/ready')

      t.equal(response.statusCode, 503)
      t.match(response.headers['retry-after'], /^[1-9]\d*$/)
      t.same(response.json(), { status: 'error', checks: { postgres: 'down', redis: 'down' } })
    })
  })
})
