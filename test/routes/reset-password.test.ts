import { randomBytes } from 'node:crypto'
import t from 'tap'
import { Busy } from '../../src/errors.js'
import { startApp } from '../helpers/app.js'
import { mailSentTo } from '../helpers/outbox.js'
import { changing, isLinkInvalid, outlive, resetPassword, resetToken, verifyEmail, verifyToken } from '../helpers/recovery.js'
import { refreshWith } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, createUser, signIn } from '../helpers/users.js'

const another = 'another quiet harbour'

t.test('POST /api/auth/reset-password', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const login = async (email: string, password: string) => await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })
    const hashes = () => t.capture(app.passwords, 'hash', app.passwords.hash)

    await t.test('sets the password of whoever was mailed the token, and answers 200', async (t) => {
      const ada = await createUser(app)
      const response = await resetPassword(app, await resetToken(app, ada), another)

      t.equal(response.statusCode, 200)
      t.same(response.json(), { status: 'success' })
      t.equal(response.headers['set-cookie'], undefined, 'and signs nobody in')
      t.equal((await login(ada.email, another)).statusCode, 200)
      t.equal((await login(ada.email, ada.password)).statusCode, 401)
    })

    await t.test('ends every session of the user, and of nobody else', async (t) => {
      const ada = await createUser(app)
      const [phone, laptop, other] = [await signIn(app, ada), await signIn(app, ada), await signIn(app, await createUser(app))]
      await resetPassword(app, await resetToken(app, ada), another)

      for (const { accessToken, refreshToken } of [phone, laptop]) {
        t.equal((await askWho(app, accessToken)).statusCode, 401)
        t.equal((await refreshWith(app, refreshToken)).statusCode, 401)
      }
      t.equal((await askWho(app, other.accessToken)).statusCode, 200)
      t.same([...await app.sql`select distinct ended_because from sessions where user_id = ${ada.id}`], [{ endedBecause: 'password_reset' }])
    })

    await t.test('leaves the event password.reset and one for every session that ended, with where it came from', async (t) => {
      const ada = await createUser(app)
      await signIn(app, ada)
      await resetPassword(app, await resetToken(app, ada), another)

      t.match([...await app.sql`select type, ip, detail from events where user_id = ${ada.id} and type in ('password.reset', 'session.ended') order by type`], [
        { type: 'password.reset', ip: '127.0.0.1' },
        { type: 'session.ended', ip: '127.0.0.1', detail: { because: 'password_reset' } }
      ])
    })

    await t.test('tells the user by mail, with where it was done from', async (t) => {
      const ada = await createUser(app)
      await resetPassword(app, await resetToken(app, ada), another)

      t.match((await mailSentTo(app, ada.email, /password .* was changed/))?.text, /127\.0\.0\.1/)
    })

    await t.test('shows that the address is the user\'s', async (t) => {
      const ada = await createUser(app)
      await resetPassword(app, await resetToken(app, ada), another)

      t.equal((await askWho(app, (await signIn(app, { ...ada, password: another })).accessToken)).json().data.user.verified, true)
    })

    await t.test('refuses a password that is easily guessed with 400 password_too_weak, and the token stays good', async (t) => {
      const ada = await createUser(app, { name: 'Ada Lovelace' })
      const token = await resetToken(app, ada)
      for (const password of ['Password123', 'I am ada lovelace!', `x ${ada.email} x`, `x ${ada.email.split('@')[0]} x`]) {
        const response = await resetPassword(app, token, password)
        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'password_too_weak' })
      }
      t.match((await resetPassword(app, token, 'short')).json(), { code: 'validation_failed', errors: [{ path: '/password' }] })
      t.equal((await login(ada.email, ada.password)).statusCode, 200)
      t.equal((await resetPassword(app, token, another)).statusCode, 200)
    })

    await t.test('takes a token once', async (t) => {
      const ada = await createUser(app)
      const token = await resetToken(app, ada)
      await resetPassword(app, token, another)

      isLinkInvalid(t, await resetPassword(app, token, 'a third quiet harbour'))
      t.equal((await login(ada.email, another)).statusCode, 200)
    })

    await t.test('refuses what is no such token with 400 token_invalid, hashes nothing for it and does not judge the password', async (t) => {
      const ada = await createUser(app)
      const token = await resetToken(app, ada)
      const { accessToken } = await signIn(app, ada)
      const others = {
        'another secret': randomBytes(32).toString('base64url'),
        nothing: '',
        'less than it': token.slice(0, -1),
        'an access token': accessToken,
        'a token that verifies': await verifyToken(app, ada),
        'a token that brings another address': (await changing(app)).token
      }
      const hashed = hashes()
      for (const [what, other] of Object.entries(others)) {
        isLinkInvalid(t, await resetPassword(app, other, another), what)
        isLinkInvalid(t, await resetPassword(app, other, 'Password123'), `${what}, and a weak password`)
      }
      t.equal(hashed().length, 0)
      t.equal((await resetPassword(app, token, another)).statusCode, 200, 'and none of them uses it up')
    })

    await t.test('refuses a token that has grown too old, whose user is disabled, or has another address', async (t) => {
      const [slow, disabled, moved] = [await createUser(app), await createUser(app), await createUser(app)]
      const tokens = [await resetToken(app, slow), await resetToken(app, disabled), await resetToken(app, moved)]
      await outlive(app, slow.id)
      await app.sql`update users set disabled_at = now() where id = ${disabled.id}`
      await app.sql`update users set email = ${`moved-${moved.email}`} where id = ${moved.id}`
      const hashed = hashes()

      for (const token of tokens) isLinkInvalid(t, await resetPassword(app, token, another))
      t.equal(hashed().length, 0)
    })

    await t.test('takes back what was asked for before it: other resets on their way, and a change of address', async (t) => {
      const { account, token: change } = await changing(app)
      const token = await resetToken(app, account)
      await app.sql`insert into outbox (kind, email, due_at) values ('reset_password', ${account.email}, now() + interval '1 hour')`
      t.equal((await resetPassword(app, token, another)).statusCode, 200)

      t.equal((await app.sql`select from outbox where email = ${account.email} and kind = 'reset_password'`).length, 0)
      isLinkInvalid(t, await verifyEmail(app, change))
    })

    await t.test('answers 503 busy when nothing more can be hashed, and the token stays good', async (t) => {
      const ada = await createUser(app)
      const token = await resetToken(app, ada)
      const hash = t.intercept(app.passwords, 'hash', { value: async () => { throw new Busy() } })
      const response = await resetPassword(app, token, another)
      hash.restore()

      t.equal(response.statusCode, 503)
      t.ok(response.headers['retry-after'])
      t.equal((await resetPassword(app, token, another)).statusCode, 200)
    })

    await t.test('refuses fields that are missing or no text with 400 validation_failed', async (t) => {
      for (const payload of [{}, { token: 1, password: 2 }]) {
        const response = await app.inject({ method: 'POST', url: '/api/auth/reset-password', payload })
        t.equal(response.statusCode, 400)
        t.same(response.json().errors.map(({ path }: { path: string }) => path).sort(), ['/password', '/token'])
      }
    })

    await t.test('is asked for again after it, and works again', async (t) => {
      const ada = await createUser(app)
      await resetPassword(app, await resetToken(app, ada), another)

      t.equal((await resetPassword(app, await resetToken(app, ada), 'a third quiet harbour')).statusCode, 200)
    })
  })
})
