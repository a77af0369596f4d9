import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { changePassword, newPassword } from '../../helpers/accounts.js'
import { isTokenInvalid } from '../../helpers/refusals.js'
import { claimsOf, eventsOf, refreshWith, refreshed, rowOf, somewhere } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'
import { askWho, createUser, signIn, tokensOf } from '../../helpers/users.js'

t.test('After PUT /api/users/me/password', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const sidOf = (accessToken: string) => claimsOf(accessToken).sid
    const typesOf = async (sessionId: string) => (await eventsOf(app, sessionId)).map(({ type }) => type)

    /** Somebody signed in by body; what he had, and what he has after the change. */
    async function change (refreshes = 0) {
      const ada = await createUser(app)
      let held = await signIn(app, ada, 'body')
      const former = [held]
      for (let count = 0; count < refreshes; count++) {
        const { access, refresh } = await refreshed(app, held.refreshToken)
        held = { ...held, accessToken: access, refreshToken: refresh }
        former.push(held)
      }
      const sessionId = sidOf(held.accessToken)
      const response = await changePassword(app, held.accessToken, ada)
      return { ada, former, sessionId, now: tokensOf(response), statusCode: response.statusCode }
    }

    await t.test('every other session has ended, with both its tokens', async (t) => {
      const ada = await createUser(app)
      const [here, phone, laptop] = [await signIn(app, ada), await signIn(app, ada), await signIn(app, ada, 'body')]
      await changePassword(app, here.accessToken, ada)

      for (const { accessToken, refreshToken } of [phone, laptop]) {
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await refreshWith(app, refreshToken))
        t.match(await rowOf(app, sidOf(accessToken)), { endedBecause: 'password_changed' })
      }
    })

    for (const refreshes of [0, 1, 3]) {
      await t.test(`no former token of the session is good, when it was refreshed ${refreshes} times before: there is no overlap`, async (t) => {
        const { former, now, sessionId } = await change(refreshes)

        for (const { accessToken } of former) isTokenInvalid(t, await askWho(app, accessToken))
        for (const { refreshToken } of former) isTokenInvalid(t, await refreshWith(app, refreshToken))
        t.equal((await askWho(app, now.accessToken)).statusCode, 200)
        t.match(await rowOf(app, sessionId), { endedBecause: null }, 'which nobody takes for a reuse')
        t.notOk((await typesOf(sessionId)).includes('session.reuse_detected'))
        t.equal((await refreshWith(app, now.refreshToken)).statusCode, 200)
      })
    }

    await t.test('a former refresh token is refused plainly however late, and however often the session was refreshed since', async (t) => {
      const { former, now, sessionId } = await change(2)
      const next = await refreshed(app, now.refreshToken)
      await passTime(app, { sessionId, seconds: 3600 })
      const last = await refreshed(app, next.refresh)

      for (const { refreshToken } of former) isTokenInvalid(t, await refreshWith(app, refreshToken))
      t.equal((await askWho(app, last.access)).statusCode, 200)
      t.match(await rowOf(app, sessionId), { endedBecause: null })
    })

    await t.test('two changes within one second leave the tokens before both of them refused plainly', async (t) => {
      const { ada, former, now, sessionId } = await change(1)
      await app.sql`update sessions set renewed_at = clock_timestamp() where id = ${sessionId}`
      const response = await changePassword(app, now.accessToken, { ...ada, password: newPassword }, 'a third harbour at noon')

      t.equal(response.statusCode, 200)
      for (const { refreshToken } of [...former, now]) isTokenInvalid(t, await refreshWith(app, refreshToken))
      t.match(await rowOf(app, sessionId), { endedBecause: null })
    })

    await t.test('a token that was replaced since is judged as ever: within the overlap it has the same successor', async (t) => {
      const { now } = await change()
      const next = await refreshed(app, now.refreshToken)

      t.same(await refreshed(app, now.refreshToken), next)
    })

    await t.test('a token that was replaced since and comes back late is reuse, and ends the session', async (t) => {
      const { now, sessionId } = await change()
      const next = await refreshed(app, now.refreshToken)
      const last = await refreshed(app, next.refresh)
      await passTime(app, { sessionId, seconds: 11 })

      isTokenInvalid(t, await refreshWith(app, now.refreshToken))
      isTokenInvalid(t, await askWho(app, last.access))
      t.match(await rowOf(app, sessionId), { endedBecause: 'reuse' })
    })

    await t.test('the new tokens live as long as those of a refresh would, and no longer than the session', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada, 'body')
      const sessionId = sidOf(accessToken)
      await app.sql`update sessions set created_at = created_at - interval '29 days 23 hours' where id = ${sessionId}`
      const { refresh_expires_in: left } = (await changePassword(app, accessToken, ada)).json()

      t.ok(left > 3590 && left <= 3600, `${left} s are left`)
      const { now } = await change()
      t.equal(claimsOf(now.refreshToken).exp - claimsOf(now.refreshToken).iat, 7 * 86_400)
      t.equal(claimsOf(now.accessToken).exp - claimsOf(now.accessToken).iat, 900)
    })

    await t.test('a session that ended at that moment gets no tokens, and the password stays as it was', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      const user = await app.verifyOwnPassword(ada, ada.password, somewhere)
      await app.sql`update sessions set ended_at = now(), ended_because = 'revoked' where id = ${sidOf(accessToken)}`
      const passwordHash = await app.passwords.hash(newPassword)

      await t.rejects(app.accounts.changePassword(user, { passwordHash, sessionId: sidOf(accessToken) }, somewhere), { code: 'token_invalid' })
      t.match(await app.users.credentialsById(ada.id), { passwordVersion: 1, passwordHash: user.passwordHash })
    })
  })
})
