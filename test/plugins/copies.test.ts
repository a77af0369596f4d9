import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, servicesFor } from '../helpers/services.js'

t.test('app.copies', { skip: leftOut }, async (t) => {
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }

  t.test('asks a Redis that was connected before the copies were made', async (t) => {
    const app = await startApp(t, stores)
    t.equal(app.copies.trust.connections, 1)
    await eventually(() => app.copies.trust.shared, Boolean, { within: 3000 })
  })

  t.test('asks one that comes later from the next sweep on', async (t) => {
    await redis.stop()
    const app = await startApp(t, stores)
    t.notOk(app.copies.trust.shared)

    await redis.start()
    await eventually(() => app.copies.trust.shared, Boolean, { within: 3000 })
  })
})
