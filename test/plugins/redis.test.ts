import t from 'tap'
import { startApp } from '../helpers/app.js'
import { leftOut, servicesFor } from '../helpers/services.js'

t.test('app.redis', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }

  t.test('answers from the first request on', async (t) => {
    const app = await startApp(t, stores)
    t.same((await app.inject('/health/ready')).json(), { status: 'success', checks: { postgres: 'up', redis: 'up' } })
  })

  t.test('a Redis that is silent, or away, keeps no server from its start', async (t) => {
    redis.freeze()
    const silent = await startApp(t, stores)
    t.match((await silent.inject('/health/ready')).json(), { status: 'success', checks: { redis: 'down' } })

    await redis.kill()
    const away = await startApp(t, stores)
    t.match((await away.inject('/health/ready')).json(), { status: 'success', checks: { redis: 'down' } })
  })
})
