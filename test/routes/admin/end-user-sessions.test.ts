import { randomUUID } from 'node:crypto'
import t from 'tap'
import { eventsAbout, signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { isTokenInvalid } from '../../helpers/refusals.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser, signIn } from '../../helpers/users.js'

t.test('DELETE /api/users/:id/sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const end = async (id: string) => await admin.ask('DELETE', `/api/users/${id}/sessions`)

    await t.test('ends every session of somebody and nobody else’s, and the account stays', async (t) => {
      const ada = await createUser(app)
      const sessions = [await signIn(app, ada), await signIn(app, ada, 'body')]
      const bystander = await signIn(app, await createUser(app))
      for (const { accessToken } of sessions) await askWho(app, accessToken)
      const response = await end(ada.id.toUpperCase())

      t.equal(response.statusCode, 204)
      t.equal(response.body, '')
      for (const { accessToken, refreshToken } of sessions) {
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: refreshToken } }))
      }
      t.equal((await askWho(app, bystander.accessToken)).statusCode, 200)
      t.equal((await askWho(app, (await signIn(app, ada)).accessToken)).statusCode, 200)
      t.same(await eventsAbout(app, ada.id, 'session.ended'), Array(2).fill({ type: 'session.ended', detail: { because: 'revoked', by: admin.id }, ip: '127.0.0.1' }))
    })

    await t.test('answers 204 when there is none, and notes nothing', async (t) => {
      const ada = await createUser(app)
      t.equal((await end(ada.id)).statusCode, 204)
      t.same(await eventsAbout(app, ada.id, 'session.ended'), [])
    })

    await t.test('ends one’s own too', async (t) => {
      const other = await signInAdmin(app)
      t.equal((await other.ask('DELETE', `/api/users/${other.id}/sessions`)).statusCode, 204)
      isTokenInvalid(t, await askWho(app, other.accessToken))
    })

    for (const id of [randomUUID(), '1', 'me']) {
      await t.test(`answers 404 not_found to an id of nobody: ${id}`, async (t) => {
        const response = await end(id)
        t.equal(response.statusCode, 404)
        t.match(response.json(), { code: 'not_found' })
      })
    }
  })
})
