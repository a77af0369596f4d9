import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('GET /health/live', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('answers 200, to anybody', async (t) => {
      const response = await app.inject('/health/live')

      t.equal(response.statusCode, 200)
      t.same(response.json(), { status: 'success' })
    })

    await t.test('asks no store', async (t) => {
      const asked = t.capture(app, 'checkStores', app.checkStores)

      await app.inject('/health/live')

      t.same(asked(), [])
    })

    await t.test('stays 200 while the node takes leave', async (t) => {
      app.draining.begin()

      t.equal((await app.inject('/health/live')).statusCode, 200)
    })
  })
})
