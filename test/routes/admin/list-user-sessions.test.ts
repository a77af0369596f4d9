import { randomUUID } from 'node:crypto'
import t from 'tap'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { bearer, createUser, signIn } from '../../helpers/users.js'

t.test('GET /api/users/:id/sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const list = async (id: string) => await admin.ask('GET', `/api/users/${id}/sessions`)

    await t.test('tells where somebody is signed in, the newest use first, and nothing of the tokens', async (t) => {
      const ada = await createUser(app)
      await signIn(app, ada, 'cookie', { headers: { 'user-agent': 'the first' } })
      await signIn(app, ada, 'body', { headers: { 'user-agent': 'the second' } })
      const response = await list(ada.id)

      t.equal(response.statusCode, 200)
      const { sessions } = response.json().data
      t.same(sessions.map(({ userAgent, current }: { userAgent: string, current: boolean }) => [userAgent, current]), [['the second', false], ['the first', false]])
      for (const session of sessions) t.same(Object.keys(session).sort(), ['createdAt', 'current', 'expiresAt', 'id', 'ip', 'lastUsedAt', 'userAgent'])
    })

    await t.test('marks the one that asks', async (t) => {
      t.same((await list(admin.id)).json().data.sessions.map(({ current }: { current: boolean }) => current), [true])
    })

    await t.test('leaves out those that have ended', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(accessToken) })
      t.same((await list(ada.id.toUpperCase())).json(), { status: 'success', data: { sessions: [] } })
    })

    for (const id of [randomUUID(), '1', 'me']) {
      await t.test(`answers 404 not_found to an id of nobody: ${id}`, async (t) => {
        const response = await list(id)
        t.equal(response.statusCode, 404)
        t.match(response.json(), { code: 'not_found' })
      })
    }
  })
})
