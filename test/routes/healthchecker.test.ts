import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('GET /api/healthchecker', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('answers success and a message, to anybody', async (t) => {
      const response = await app.inject('/api/healthchecker')

      t.equal(response.statusCode, 200)
      t.same(Object.keys(response.json()), ['status', 'message'])
      t.match(response.json(), { status: 'success', message: /.+/ })
    })

    await t.test('answers a HEAD with the same headers and no body', async (t) => {
      const response = await app.inject({ method: 'HEAD', url: '/api/healthchecker' })

      t.equal(response.statusCode, 200)
      t.equal(response.body, '')
      t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
    })
  })
})
