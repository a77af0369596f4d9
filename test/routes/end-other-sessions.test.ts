import t from 'tap'
import { startApp } from '../helpers/app.js'
import { isTokenInvalid } from '../helpers/refusals.js'
import { claimsOf, logIn, refreshWith } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn, type SignedIn } from '../helpers/users.js'

t.test('DELETE /api/sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const bystander = await signIn(app, await createUser(app))
    const endOthers = async ({ accessToken }: SignedIn) => await app.inject({ method: 'DELETE', url: '/api/sessions', headers: bearer(accessToken) })

    await t.test('ends all sessions of one\'s own but the current one, and answers 204 with nothing', async (t) => {
      const account = await createUser(app)
      const [phone, here, laptop] = [await signIn(app, account), await signIn(app, account), await signIn(app, account, 'body')]
      const response = await endOthers(here)

      t.equal(response.statusCode, 204)
      t.equal(response.body, '')
      t.equal(response.headers['set-cookie'], undefined)
      for (const { accessToken, refreshToken } of [phone, laptop]) {
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await refreshWith(app, refreshToken))
      }
      for (const { accessToken } of [here, bystander]) t.equal((await askWho(app, accessToken)).statusCode, 200)
      t.equal((await refreshWith(app, here.refreshToken)).statusCode, 200)
    })

    await t.test('answers the same when there is no other', async (t) => {
      const ada = await signIn(app, await createUser(app))

      t.equal((await endOthers(ada)).statusCode, 204)
      t.equal((await endOthers(ada)).statusCode, 204)
      t.equal((await askWho(app, ada.accessToken)).statusCode, 200)
    })

    await t.test('a login that was under way is before it or after it: of those before it none lives', async (t) => {
      const account = await createUser(app)
      const here = await signIn(app, account)
      const logins = Array.from({ length: 6 }, async () => await logIn(app, account))
      await Promise.race(logins)
      await endOthers(here)
      const opened = (await Promise.all(logins)).map((answer) => String(answer.json().access_token))

      const live = await app.sql<{ id: string }[]>`select id from sessions where user_id = ${account.id} and ended_at is null`
      for (const token of opened) t.equal((await askWho(app, token)).statusCode === 200, live.some(({ id }) => id === claimsOf(token).sid))
      t.equal((await askWho(app, here.accessToken)).statusCode, 200)
      t.ok(live.length < 7)
    })

    await t.test('leaves one event session.ended a session, because revoked', async (t) => {
      const account = await createUser(app)
      const here = await signIn(app, account)
      await signIn(app, account)
      await signIn(app, account)
      await endOthers(here)
      const events = await app.sql`select detail from events where user_id = ${account.id} and type = 'session.ended'`

      t.same(events.map(({ detail }) => detail), [{ because: 'revoked' }, { because: 'revoked' }])
    })
  })
})
