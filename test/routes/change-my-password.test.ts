import t from 'tap'
import { startApp } from '../helpers/app.js'
import { changePassword, newPassword } from '../helpers/accounts.js'
import { cookieLines, cookieValues } from '../helpers/cookies.js'
import { login, newAddress, open, startLimited, times } from '../helpers/limits.js'
import { mailSentTo } from '../helpers/outbox.js'
import { changing, forgetPassword, isLinkInvalid, resetPassword, resetToken, verifyEmail } from '../helpers/recovery.js'
import { claimsOf, logIn } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn, tokensOf } from '../helpers/users.js'

t.test('PUT /api/users/me/password', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('sets another password: the new one signs in, the old one does not', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)

      t.equal((await changePassword(app, accessToken, ada)).statusCode, 200)
      t.equal((await logIn(app, { ...ada, password: newPassword })).statusCode, 200)
      t.equal((await logIn(app, ada)).statusCode, 401)
    })

    await t.test('answers a session opened by cookie with Tokens and the three cookies', async (t) => {
      const ada = await createUser(app)
      const before = await signIn(app, ada)
      const response = await changePassword(app, before.accessToken, ada)

      t.same(Object.keys(response.json()), ['status', 'access_token', 'token_type', 'expires_in'])
      t.same(cookieLines(response).map((line) => line.replace(/Max-Age=\d+/, '')), cookieLines(before.response).map((line) => line.replace(/Max-Age=\d+/, '')))
      t.equal(cookieValues(response).access_token, response.json().access_token)
      t.equal((await askWho(app, response.json().access_token)).statusCode, 200)
    })

    await t.test('answers a session opened with transport body in the body, and without cookies', async (t) => {
      const ada = await createUser(app)
      const response = await changePassword(app, (await signIn(app, ada, 'body')).accessToken, ada)

      t.match(response.json(), { status: 'success', token_type: 'Bearer', expires_in: Number, refresh_token: String, refresh_expires_in: Number })
      t.equal(response.headers['set-cookie'], undefined)
    })

    await t.test('keeps the session, with its id and its age', async (t) => {
      const ada = await createUser(app)
      const before = await signIn(app, ada)
      const rowOf = async () => (await app.sql`select id, created_at, transport, ip from sessions where user_id = ${ada.id}`)[0]
      const row = await rowOf()
      const { accessToken } = tokensOf(await changePassword(app, before.accessToken, ada))

      t.equal(claimsOf(accessToken).sid, claimsOf(before.accessToken).sid)
      t.same(await rowOf(), row)
    })

    await t.test('refuses a wrong current password with 403 wrong_password, and everything stays as it was', async (t) => {
      const ada = await createUser(app)
      const [here, other] = [await signIn(app, ada), await signIn(app, ada)]
      const response = await changePassword(app, here.accessToken, { password: 'not her password' })

      t.equal(response.statusCode, 403)
      t.match(response.json(), { status: 'fail', code: 'wrong_password' })
      t.equal(response.headers['set-cookie'], undefined)
      for (const { accessToken } of [here, other]) t.equal((await askWho(app, accessToken)).statusCode, 200)
      t.equal((await logIn(app, ada)).statusCode, 200)
    })

    await t.test('refuses a new password that is easily guessed with 400 password_too_weak, before any hash', async (t) => {
      const ada = await createUser(app, { name: 'Wilhelmina' })
      const { accessToken } = await signIn(app, ada)
      const verified = t.capture(app.passwords, 'verify', async () => true)
      for (const weak of ['password123', 'I am wilhelmina!', `my ${ada.email}`, ada.email.split('@')[0] ?? '']) {
        const response = await changePassword(app, accessToken, ada, weak)
        t.equal(response.statusCode, 400, weak)
        t.match(response.json(), { status: 'fail', code: 'password_too_weak' })
      }
      t.equal(verified().length, 0)
    })

    for (const [what, payload, path] of [
      ['no current password', { newPassword }, '/currentPassword'],
      ['no new password', { currentPassword: 'correct horse battery staple' }, '/newPassword'],
      ['a new password of 7 code points', { currentPassword: 'correct horse battery staple', newPassword: '\u{1F98A}'.repeat(7) }, '/newPassword'],
      ['a new password of 257', { currentPassword: 'correct horse battery staple', newPassword: 'x'.repeat(257) }, '/newPassword'],
      ['a new password with NUL', { currentPassword: 'correct horse battery staple', newPassword: 'harbour\0harbour' }, '/newPassword'],
      ['a current password that is no string', { currentPassword: 12345678, newPassword }, '/currentPassword']
    ] as const) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const { accessToken } = await signIn(app, await createUser(app))
        const response = await app.inject({ method: 'PUT', url: '/api/users/me/password', headers: bearer(accessToken), payload })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path }] })
      })
    }

    await t.test('leaves the event password.changed, and one for every session that ended', async (t) => {
      const ada = await createUser(app)
      const [here, other] = [await signIn(app, ada), await signIn(app, ada)]
      await changePassword(app, here.accessToken, ada)

      t.match([...await app.sql`select type, session_id, ip, detail from events where user_id = ${ada.id} and type in ('password.changed', 'session.ended') order by type`], [
        { type: 'password.changed', sessionId: claimsOf(here.accessToken).sid, ip: '127.0.0.1' },
        { type: 'session.ended', sessionId: claimsOf(other.accessToken).sid, ip: '127.0.0.1', detail: { because: 'password_changed' } }
      ])
    })

    await t.test('tells the user by mail, with where it was done from', async (t) => {
      const ada = await createUser(app)
      await changePassword(app, (await signIn(app, ada)).accessToken, ada)

      t.match((await mailSentTo(app, ada.email, /password .* was changed/))?.text, /127\.0\.0\.1/)
    })

    await t.test('ends what was mailed to reset the old password or to change the address', async (t) => {
      const { account, session, token } = await changing(app)
      const reset = await resetToken(app, account)
      await changePassword(app, session.accessToken, account)

      isLinkInvalid(t, await resetPassword(app, reset, 'a third harbour'))
      isLinkInvalid(t, await verifyEmail(app, token))
      t.equal((await logIn(app, { ...account, password: newPassword })).statusCode, 200)
      await forgetPassword(app, account.email)
      t.ok(await mailSentTo(app, account.email, /new password/), 'and it can be reset anew')
    })

    await t.test('raises the version of the user and of the password, each by one', async (t) => {
      const ada = await createUser(app)
      await changePassword(app, (await signIn(app, ada)).accessToken, ada)

      t.match(await app.users.credentialsById(ada.id), { passwordVersion: 2 })
      t.match(await app.users.find(ada.id), { version: 2 })
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)

    await t.test('counts wrong passwords as those of a login do, and then answers 429 too_many_requests with Retry-After', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      const { accessToken } = await signIn(app, ada, 'cookie', { remoteAddress: from })
      await times(10, async () => t.equal((await changePassword(app, accessToken, { password: 'not her password' }, newPassword, from)).statusCode, 403))
      const refusal = await changePassword(app, accessToken, ada, newPassword, from)

      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
      t.match(refusal.headers['retry-after'], /^[1-9]\d*$/)
      t.equal((await login(app, ada, ada.password, from)).statusCode, 429)
    })
  })
})
