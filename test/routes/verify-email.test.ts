import { randomBytes } from 'node:crypto'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { isLinkInvalid, isWonByOne, outlive, resetPassword, resetToken, verifyEmail, verifyToken } from '../helpers/recovery.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('POST /api/auth/verify-email', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const isVerified = async (id: string) => (await app.users.find(id))?.verified

    await t.test('shows by the token that an account was mailed that its address is its user\'s, and answers 200 with the User', async (t) => {
      const ada = await createUser(app)
      const session = await signIn(app, ada)
      t.equal((await askWho(app, session.accessToken)).json().data.user.verified, false)
      const response = await verifyEmail(app, await verifyToken(app, ada))

      t.equal(response.statusCode, 200)
      t.same(Object.keys(response.json()), ['status', 'data'])
      const { createdAt: _created, updatedAt: _updated, ...user } = response.json().data.user
      t.same(user, { id: ada.id, name: ada.name, email: ada.email, role: 'user', photo: 'default.png', verified: true })
      t.equal((await askWho(app, session.accessToken)).json().data.user.verified, true, 'from the next request on')
    })

    await t.test('signs nobody in', async (t) => {
      const response = await verifyEmail(app, await verifyToken(app, await createUser(app)))

      t.equal(response.headers['set-cookie'], undefined)
    })

    await t.test('leaves the event email.verified, with where it came from', async (t) => {
      const ada = await createUser(app)
      await verifyEmail(app, await verifyToken(app, ada))

      t.match([...await app.sql`select user_id, ip from events where type = 'email.verified' and user_id = ${ada.id}`], [{ userId: ada.id, ip: '127.0.0.1' }])
    })

    await t.test('takes a token once', async (t) => {
      const token = await verifyToken(app, await createUser(app))
      t.equal((await verifyEmail(app, token)).statusCode, 200)

      isLinkInvalid(t, await verifyEmail(app, token))
    })

    await t.test('of fifty who use a token at once lets one', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      const answers = await Promise.all(Array.from({ length: 50 }, async () => await verifyEmail(app, token)))

      isWonByOne(t, answers)
      t.equal((await app.sql`select from events where type = 'email.verified' and user_id = ${ada.id}`).length, 1)
    })

    await t.test('refuses what is no such token with 400 token_invalid', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      const { accessToken, refreshToken } = await signIn(app, ada)
      const others = {
        'another secret': randomBytes(32).toString('base64url'),
        nothing: '',
        'more than it': `${token}=`,
        'less than it': token.slice(0, -1),
        'an access token': accessToken,
        'a refresh token': refreshToken,
        'a token that resets a password': await resetToken(app, ada),
        'far too much': 'x'.repeat(10_000)
      }
      for (const [what, other] of Object.entries(others)) isLinkInvalid(t, await verifyEmail(app, other), what)
      t.equal(await isVerified(ada.id), false)
      t.equal((await verifyEmail(app, token)).statusCode, 200, 'and none of them uses it up')
    })

    await t.test('refuses a token that has grown too old', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      await outlive(app, ada.id)

      isLinkInvalid(t, await verifyEmail(app, token))
      t.equal(await isVerified(ada.id), false)
    })

    await t.test('refuses a token whose younger sibling was mailed', async (t) => {
      const ada = await createUser(app)
      const elder = await verifyToken(app, ada)
      await app.inject({ method: 'POST', url: '/api/auth/verify-email/send', headers: bearer((await signIn(app, ada)).accessToken) })
      const younger = await verifyToken(app, ada)

      t.not(younger, elder)
      isLinkInvalid(t, await verifyEmail(app, elder))
      t.equal((await verifyEmail(app, younger)).statusCode, 200)
    })

    await t.test('refuses the token of a disabled user, and keeps it', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      await app.sql`update users set disabled_at = now() where id = ${ada.id}`
      isLinkInvalid(t, await verifyEmail(app, token))

      await app.sql`update users set disabled_at = null where id = ${ada.id}`
      t.equal((await verifyEmail(app, token)).statusCode, 200)
    })

    await t.test('takes a token also when the address has been shown by a reset since', async (t) => {
      const ada = await createUser(app)
      const token = await verifyToken(app, ada)
      await resetPassword(app, await resetToken(app, ada), 'another quiet harbour')

      t.equal((await verifyEmail(app, token)).statusCode, 200)
    })

    for (const [what, payload] of [['no token', {}], ['a number', { token: 12345678 }], ['a list', { token: ['x'] }]] as const) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const response = await app.inject({ method: 'POST', url: '/api/auth/verify-email', payload })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/token' }] })
      })
    }
  })
})
