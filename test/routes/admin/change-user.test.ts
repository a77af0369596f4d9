import { randomUUID } from 'node:crypto'
import t from 'tap'
import { eventsAbout, leaveAdmins, signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { eventually } from '../../helpers/eventually.js'
import { isTokenInvalid } from '../../helpers/refusals.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../../helpers/users.js'

t.test('PATCH /api/users/:id', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const change = async (id: string, payload: object) => await admin.ask('PATCH', `/api/users/${id}`, { payload })
    const mayAdminister = async (accessToken: string) => (await app.inject({ url: '/api/users?limit=1', headers: bearer(accessToken) })).statusCode

    await t.test('renames somebody, and answers with the User', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      const response = await change(ada.id, { name: '  Augusta King ' })

      t.equal(response.statusCode, 200)
      const { status, data: { user: { createdAt, updatedAt, ...user } } } = response.json()
      t.same([status, user], ['success', { id: ada.id, name: 'Augusta King', email: ada.email, role: 'user', photo: 'default.png', verified: false, disabled: false }])
      t.ok(updatedAt > createdAt)
      t.equal((await askWho(app, accessToken)).json().data.user.name, 'Augusta King')
      t.same(await eventsAbout(app, ada.id, 'user.updated'), [{ type: 'user.updated', detail: { by: admin.id, changed: 'name' }, ip: '127.0.0.1' }])
    })

    await t.test('gives and takes rights from the next request on, and the sessions stay', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      t.equal(await mayAdminister(accessToken), 403)

      t.equal((await change(ada.id, { role: 'admin' })).json().data.user.role, 'admin')
      t.equal(await mayAdminister(accessToken), 200)
      t.equal((await change(ada.id.toUpperCase(), { role: 'user' })).json().data.user.role, 'user')
      t.equal(await mayAdminister(accessToken), 403)
      t.same(await eventsAbout(app, ada.id, 'user.role_changed'), [
        { type: 'user.role_changed', detail: { by: admin.id, from: 'user', to: 'admin' }, ip: '127.0.0.1' },
        { type: 'user.role_changed', detail: { by: admin.id, from: 'admin', to: 'user' }, ip: '127.0.0.1' }
      ])
    })

    await t.test('disabling ends every session at once, and lets nobody in', async (t) => {
      const ada = await createUser(app)
      const sessions = [await signIn(app, ada), await signIn(app, ada, 'body')]
      const bystander = await signIn(app, await createUser(app))
      for (const { accessToken } of sessions) await askWho(app, accessToken)

      t.equal((await change(ada.id, { disabled: true })).json().data.user.disabled, true)
      for (const { accessToken, refreshToken } of sessions) {
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: refreshToken } }))
      }
      await t.rejects(signIn(app, ada), /invalid_credentials/)
      t.equal((await askWho(app, bystander.accessToken)).statusCode, 200)

      const [noted, ...ended] = (await eventsAbout(app, ada.id, 'user.disabled', 'session.ended')).sort((a, b) => b.type.localeCompare(a.type))
      t.same(noted, { type: 'user.disabled', detail: { by: admin.id }, ip: '127.0.0.1' })
      t.same(ended.map(({ detail }) => detail), Array(2).fill({ because: 'user_disabled', by: admin.id }))
    })

    await t.test('enabling lets somebody in again, and brings no session back', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      await change(ada.id, { disabled: true })
      t.equal((await change(ada.id, { disabled: false })).json().data.user.disabled, false)

      isTokenInvalid(t, await askWho(app, accessToken))
      t.equal((await askWho(app, (await signIn(app, ada)).accessToken)).statusCode, 200)
      t.same(await eventsAbout(app, ada.id, 'user.enabled'), [{ type: 'user.enabled', detail: { by: admin.id }, ip: '127.0.0.1' }])
    })

    await t.test('does several things at once, each with its event', async (t) => {
      const ada = await createUser(app)
      const { user } = (await change(ada.id, { name: 'Augusta', role: 'admin', disabled: true })).json().data

      t.match(user, { name: 'Augusta', role: 'admin', disabled: true })
      t.same((await eventsAbout(app, ada.id)).map(({ type }) => type), ['user.registered', 'user.updated', 'user.role_changed', 'user.disabled'])
    })

    for (const same of [{}, { name: 'Ada Lovelace' }, { role: 'user' }, { disabled: false }, { email: 'other@example.com', verified: true, photo: 'x.png', password: 'x', id: randomUUID() }]) {
      await t.test(`answers 200 to what changes nothing, and notes nothing: ${JSON.stringify(same).slice(0, 60)}`, async (t) => {
        const ada = await createUser(app)
        const before = await app.users.find(ada.id)
        const response = await change(ada.id, same)

        t.equal(response.statusCode, 200)
        t.same(await app.users.find(ada.id), before)
        t.same((await eventsAbout(app, ada.id)).map(({ type }) => type), ['user.registered'])
      })
    }

    await t.test('lets an administrator give up the rights to another', async (t) => {
      const other = await signInAdmin(app)
      t.equal((await other.ask('PATCH', `/api/users/${other.id}`, { payload: { role: 'user' } })).statusCode, 200)

      const refused = await other.ask('GET', `/api/users/${other.id}`)
      t.equal(refused.statusCode, 403)
      t.match(refused.json(), { code: 'forbidden' })
    })

    for (const loss of [{ role: 'user' }, { disabled: true }, { name: 'Nobody', role: 'user', disabled: true }]) {
      await t.test(`refuses ${JSON.stringify(loss)} for the last administrator with 409 last_admin, and changes nothing`, async (t) => {
        const disabled = await signInAdmin(app)
        await leaveAdmins(app, admin.id, disabled.id)
        await app.sql`update users set disabled_at = now(), version = version + 1, updated_at = now() where id = ${disabled.id}`
        const before = await app.users.find(admin.id)
        const response = await change(admin.id, loss)

        t.equal(response.statusCode, 409)
        t.match(response.json(), { status: 'fail', code: 'last_admin' })
        t.same(await app.users.find(admin.id), before)
        t.equal((await askWho(app, admin.accessToken)).statusCode, 200)
      })
    }

    await t.test('lets the last administrator be renamed, and one who is disabled be demoted', async (t) => {
      const disabled = await signInAdmin(app)
      await leaveAdmins(app, admin.id, disabled.id)
      t.equal((await change(disabled.id, { disabled: true })).statusCode, 200)
      t.equal((await change(disabled.id, { role: 'user' })).statusCode, 200)
      t.equal((await change(admin.id, { name: 'The Last', role: 'admin', disabled: false })).statusCode, 200)
    })

    for (const [body, path] of [
      [{ name: '' }, '/name'], [{ name: ' ' }, '/name'], [{ name: 'x'.repeat(101) }, '/name'], [{ name: 7 }, '/name'], [{ name: null }, '/name'], [{ name: 'a\0' }, '/name'],
      [{ role: 'root' }, '/role'], [{ role: null }, '/role'], [{ role: ['admin'] }, '/role'],
      [{ disabled: 'true' }, '/disabled'], [{ disabled: 1 }, '/disabled'], [{ disabled: null }, '/disabled']
    ] as Array<[object, string]>) {
      await t.test(`refuses ${JSON.stringify(body).slice(0, 40)} with 400 validation_failed`, async (t) => {
        const response = await change(admin.id, body)

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path }] })
      })
    }

    for (const id of [randomUUID(), '1', 'urn:uuid:0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11']) {
      await t.test(`answers 404 not_found to an id of nobody: ${id}`, async (t) => {
        for (const body of [{}, { role: 'user' }, { disabled: true }, { name: 'Somebody' }]) {
          const response = await change(id, body)
          t.equal(response.statusCode, 404)
          t.match(response.json(), { code: 'not_found' })
        }
      })
    }

    await t.test('answers 404 to an id that is none, whatever the body', async (t) => {
      t.equal((await change('1', { role: 'root' })).statusCode, 404)
    })

    if (stores.name === 'embedded') return
    await t.test('holds on every other node within milliseconds', async (t) => {
      const other = await startApp(t, stores)
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      const statusThere = async () => (await other.inject({ url: '/api/users?limit=1', headers: bearer(accessToken) })).statusCode
      t.equal(await statusThere(), 403)

      await change(ada.id, { role: 'admin' })
      await eventually(statusThere, (status) => status === 200, { within: 500 })
      await change(ada.id, { role: 'user' })
      await eventually(statusThere, (status) => status === 403, { within: 500 })
      await change(ada.id, { disabled: true })
      await eventually(statusThere, (status) => status === 401, { within: 500 })
    })
  })
})
