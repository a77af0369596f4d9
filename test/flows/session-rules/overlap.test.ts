import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { refreshed, signedIn, statusOf } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

t.test('The overlap of replaced access tokens', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('counts from each one\'s own replacement, however often the session was refreshed since', async (t) => {
      const first = await signedIn(app)
      const second = await refreshed(app, first.refresh)
      await passTime(app, { sessionId: first.sessionId, seconds: 6 })
      const third = await refreshed(app, second.refresh)

      t.same(await Promise.all([first, second, third].map(({ access }) => statusOf(app, access))), [200, 200, 200])

      await passTime(app, { sessionId: first.sessionId, seconds: 5 })
      t.same(await Promise.all([first, second, third].map(({ access }) => statusOf(app, access))), [401, 200, 200])

      await passTime(app, { sessionId: first.sessionId, seconds: 5 })
      t.same(await Promise.all([first, second, third].map(({ access }) => statusOf(app, access))), [401, 401, 200])
    })
  })
})
