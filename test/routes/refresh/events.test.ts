import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { eventsOf, refreshWith, refreshed, signedIn } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'

t.test('the events of POST /api/auth/refresh', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const refreshes = async (sessionId: string) => (await eventsOf(app, sessionId)).filter(({ type }) => type === 'session.refreshed').length

    await t.test('say who refreshed from where', async (t) => {
      const ada = await signedIn(app)
      await app.inject({ method: 'POST', url: '/api/auth/refresh', body: { refresh_token: ada.refresh }, remoteAddress: '192.0.2.1', headers: { 'user-agent': 'a test' } })
      t.match([...await app.sql`select user_id, ip, user_agent from events where session_id = ${ada.sessionId} and type = 'session.refreshed'`], [
        { userId: ada.id, ip: '192.0.2.1', userAgent: 'a test' }
      ])
    })

    await t.test('are one a refresh, and none for the same tokens once more', async (t) => {
      const first = await signedIn(app)
      await refreshed(app, first.refresh)
      await refreshed(app, first.refresh)
      t.equal(await refreshes(first.sessionId), 1)
      await Promise.all(Array.from({ length: 10 }, async () => await refreshed(app, first.refresh)))
      t.equal(await refreshes(first.sessionId), 1)
    })

    await t.test('of ten refreshes of one token at once are one', async (t) => {
      const first = await signedIn(app)
      await Promise.all(Array.from({ length: 10 }, async () => await refreshWith(app, first.refresh)))
      t.equal(await refreshes(first.sessionId), 1)
    })
  })
})
