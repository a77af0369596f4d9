import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser, signIn } from '../../helpers/users.js'

const anew = () => ({
  id: randomUUID(), accessId: randomUUID(), refreshId: randomUUID(), transport: 'body' as const, replaces: [], ip: '192.0.2.1', userAgent: null
})

t.test('the opening of sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { SESSIONS_PER_USER: '2' })

    await t.test('one for a password that has changed meanwhile opens nothing, and ends nothing either', async (t) => {
      const ada = await createUser(app)
      await signIn(app, ada)
      await signIn(app, ada)

      t.equal(await app.sessionsRecord.open({ id: ada.id, passwordVersion: 2 }, anew()), undefined)
      t.same(await app.sql`select ended_at from sessions where user_id = ${ada.id}`, [{ endedAt: null }, { endedAt: null }])
      t.same(await app.sql`select count(*)::integer from known_addresses where user_id = ${ada.id}`, [{ count: 1 }], 'nor is its address known now')
    })

    await t.test('one for a user who is gone meanwhile opens nothing', async (t) => {
      t.equal(await app.sessionsRecord.open({ id: randomUUID(), passwordVersion: 1 }, anew()), undefined)
    })

    await t.test('one that takes the place of another ends no third', async (t) => {
      const grace = await createUser(app)
      const kept = await signIn(app, grace)
      const replaced = await signIn(app, grace)
      const newest = await signIn(app, grace, 'cookie', { cookies: { refresh_token: replaced.refreshToken } })

      const statuses = await Promise.all([kept, replaced, newest].map(async ({ accessToken }) => (await askWho(app, accessToken)).statusCode))
      t.same(statuses, [200, 401, 200])
    })
  })
})
