import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { createUser, refreshWith, signIn, signedIn, somewhere, statusOf } from '../helpers/sessions.js'
import { forEveryStore, servicesFor } from '../helpers/stores.js'
import { isWell } from '../helpers/two-nodes-in-use.js'

t.test('Ending everybody\'s sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    await t.test('refuses every token at once, and none that is made afterwards', async (t) => {
      const app = await startApp(t, stores)
      const [ada, bob] = [await signedIn(app), await signedIn(app)]
      t.equal(await statusOf(app, ada.access), 200)

      await app.sessions.endEveryone(somewhere)
      t.equal(await statusOf(app, ada.access), 401)
      t.equal(await statusOf(app, bob.access), 401)
      t.equal((await refreshWith(app, bob.refresh)).statusCode, 401)

      const again = await signIn(app, ada)
      t.equal(await statusOf(app, again.access), 200)
      t.equal((await refreshWith(app, again.refresh)).statusCode, 200)
    })

    await t.test('holds after a restart', async (t) => {
      const before = await startApp(t, stores)
      const ada = await signedIn(before)
      await before.sessions.endEveryone(somewhere)
      await before.close()

      const after = await startApp(t, stores)
      t.equal(await statusOf(after, ada.access), 401)
      t.equal((await refreshWith(after, ada.refresh)).statusCode, 401)
    })

    await t.test('counts for sessions that are being opened at that moment', async (t) => {
      const app = await startApp(t, stores)
      const ada = await createUser(app)
      const opening = Array.from({ length: 10 }, async () => await signIn(app, ada))
      const ending = app.sessions.endEveryone(somewhere).then(() => performance.now())
      const devices = await Promise.all(opening)
      await ending

      for (const { access, refresh } of devices) {
        t.equal((await refreshWith(app, refresh)).statusCode, await statusOf(app, access), 'the record and the copies agree')
      }
    })
  })

  await t.test('is heard by the other node', async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
    const [one, other] = [await startApp(t, stores), await startApp(t, stores)]
    await eventually(() => [one, other].every(isWell))
    const ada = await signedIn(one)
    t.equal(await statusOf(other, ada.access), 200)

    await one.sessions.endEveryone(somewhere)
    await eventually(() => statusOf(other, ada.access), (status) => status === 401, { within: 1000 })
    t.equal(await statusOf(other, (await signIn(other, ada)).access), 200)
  })
})
