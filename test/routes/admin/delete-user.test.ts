import { randomUUID } from 'node:crypto'
import t from 'tap'
import { eventsAbout, leaveAdmins, signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { isTokenInvalid } from '../../helpers/refusals.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser, signIn } from '../../helpers/users.js'

t.test('DELETE /api/users/:id', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const remove = async (id: string) => await admin.ask('DELETE', `/api/users/${id}`)

    for (const spelled of [(id: string) => id, (id: string) => id.toUpperCase()]) {
      await t.test('removes somebody with every session, and keeps what happened', async (t) => {
        const ada = await createUser(app)
        const { accessToken, refreshToken } = await signIn(app, ada)
        await askWho(app, accessToken)
        const response = await remove(spelled(ada.id))

        t.equal(response.statusCode, 204)
        t.equal(response.body, '')
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: refreshToken } }))
        await t.rejects(signIn(app, ada), /invalid_credentials/)
        t.equal((await admin.ask('GET', `/api/users/${ada.id}`)).statusCode, 404)
        t.same((await admin.ask('GET', '/api/users', { query: { q: ada.email } })).json().data.users, [])
        t.same(await eventsAbout(app, ada.id, 'user.deleted'), [{ type: 'user.deleted', detail: { by: admin.id }, ip: '127.0.0.1' }])
        t.same((await eventsAbout(app, ada.id, 'session.ended')).map(({ detail }) => detail), [{ because: 'user_deleted', by: admin.id }])
      })
    }

    await t.test('leaves the address to whoever comes', async (t) => {
      const ada = await createUser(app)
      await remove(ada.id)
      t.not((await createUser(app, { email: ada.email })).id, ada.id)
    })

    await t.test('refuses the last administrator with 409 last_admin, and changes nothing', async (t) => {
      await leaveAdmins(app, admin.id)
      const response = await remove(admin.id)

      t.equal(response.statusCode, 409)
      t.match(response.json(), { status: 'fail', code: 'last_admin' })
      t.equal((await askWho(app, admin.accessToken)).statusCode, 200)
    })

    for (const id of [randomUUID(), '1', 'urn:uuid:0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11']) {
      await t.test(`answers 404 not_found to an id of nobody: ${id}`, async (t) => {
        const response = await remove(id)
        t.equal(response.statusCode, 404)
        t.match(response.json(), { code: 'not_found' })
      })
    }

    await t.test('once more is 404', async (t) => {
      const ada = await createUser(app)
      t.same([(await remove(ada.id)).statusCode, (await remove(ada.id)).statusCode], [204, 404])
    })

    await t.test('of ten at once one removes, and the others find nobody', async (t) => {
      const ada = await createUser(app)
      await signIn(app, ada)
      const statuses = (await Promise.all(Array.from({ length: 10 }, () => remove(ada.id)))).map(({ statusCode }) => statusCode)
      t.same(statuses.sort(), [204, ...Array(9).fill(404)])
    })
  })
})
