import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

t.test('draining', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('keeps connections before it begins', async (t) => {
      t.equal(app.draining.begun, false)
      t.not((await app.inject('/health/live')).headers.connection, 'close')
    })

    await t.test('once begun, serves requests still and closes each connection after its answer', async (t) => {
      const account = await createUser(app)
      app.draining.begin()

      t.equal(app.draining.begun, true)
      t.equal((await signIn(app, account)).response.headers.connection, 'close')
      for (const url of ['/health/live', '/health/ready', '/nowhere', '/api/users/me']) t.equal((await app.inject(url)).headers.connection, 'close', url)
    })
  })
})
