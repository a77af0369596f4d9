import t from 'tap'
import { WrongPassword } from '../../src/errors.js'
import { startApp } from '../helpers/app.js'
import { newAddress, open, startLimited, times } from '../helpers/limits.js'
import { mailSentTo, mailsSentTo } from '../helpers/outbox.js'
import { changeEmail, changing, verifyEmail } from '../helpers/recovery.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, createUser, signIn, uniqueEmail } from '../helpers/users.js'

t.test('PUT /api/users/me/email', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const signedIn = async () => {
      const account = await createUser(app)
      return { account, ...await signIn(app, account) }
    }

    await t.test('answers 202, and changes nothing until the token that is mailed to the new address is presented', async (t) => {
      const { account, accessToken } = await signedIn()
      const email = uniqueEmail()
      const response = await changeEmail(app, accessToken, { email, password: account.password })

      t.equal(response.statusCode, 202)
      t.same(response.json(), { status: 'success' })
      const [mail] = await mailsSentTo(app, email)
      t.match((await askWho(app, accessToken)).json().data.user, { email: account.email, verified: false })
      t.equal((await signIn(app, account)).response.statusCode, 200)
      t.match((await verifyEmail(app, mail?.token)).json().data.user, { id: account.id, email, verified: true })
    })

    await t.test('tells the old address of the new one, and where that was asked from', async (t) => {
      const { account, email } = await changing(app)
      const notice = await mailSentTo(app, account.email, /^A new email address/)

      t.match(notice?.text, new RegExp(`${email}[^]*127\\.0\\.0\\.1`))
      t.equal(notice?.token, '')
    })

    await t.test('takes the address trimmed and lower-cased', async (t) => {
      const { account, accessToken } = await signedIn()
      const email = uniqueEmail()
      await changeEmail(app, accessToken, { email: ` ${email.toUpperCase()} `, password: account.password })

      t.equal((await mailsSentTo(app, email)).length, 1)
    })

    await t.test('leaves the event email.change_requested with the address', async (t) => {
      const { account, email } = await changing(app)

      t.match([...await app.sql`select ip, detail from events where type = 'email.change_requested' and user_id = ${account.id}`],
        [{ ip: '127.0.0.1', detail: { to: email } }])
    })

    await t.test('refuses a wrong password with 403 wrong_password, and mails nobody', async (t) => {
      const { account, accessToken } = await signedIn()
      await mailsSentTo(app, account.email)
      const email = uniqueEmail()
      const response = await changeEmail(app, accessToken, { email, password: 'not her password' })

      t.equal(response.statusCode, 403)
      t.match(response.json(), { status: 'fail', code: 'wrong_password' })
      t.same(await mailsSentTo(app, email), [])
      t.equal((await mailsSentTo(app, account.email)).length, 1)
    })

    await t.test('refuses an address that an account has, the caller\'s own too, with 409 email_taken, and mails nobody', async (t) => {
      const { account, accessToken } = await signedIn()
      const other = await createUser(app)
      for (const { email } of [other, account]) {
        const response = await changeEmail(app, accessToken, { email, password: account.password })
        t.equal(response.statusCode, 409)
        t.match(response.json(), { status: 'fail', code: 'email_taken' })
      }
      t.equal((await mailsSentTo(app, other.email)).length, 1)
      t.equal((await mailsSentTo(app, account.email)).length, 1)
    })

    await t.test('does not say to a wrong password whether an address is taken', async (t) => {
      const { accessToken } = await signedIn()
      const { email } = await createUser(app)

      t.match((await changeEmail(app, accessToken, { email, password: 'not her password' })).json(), { code: 'wrong_password' })
    })

    await t.test('asks nobody when the password has changed since it was verified', async (t) => {
      const { account } = await signedIn()
      const email = uniqueEmail()
      await app.sql`update users set password_version = password_version + 1 where id = ${account.id}`

      await t.rejects(app.users.requestEmailChange({ id: account.id, passwordVersion: 1 }, email, { mail: true, ip: '127.0.0.1', userAgent: null }), WrongPassword)
      t.same(await mailsSentTo(app, email), [])
    })

    await t.test('refuses fields that are missing or none with 400 validation_failed', async (t) => {
      const { accessToken } = await signedIn()
      for (const payload of [{}, { email: 'ada', password: 12345678 }]) {
        const response = await changeEmail(app, accessToken, payload)
        t.equal(response.statusCode, 400)
        t.same(response.json().errors.map(({ path }: { path: string }) => path).sort(), ['/email', '/password'])
      }
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)
    const signedIn = async () => {
      const account = await open(app)
      return { account, ...await signIn(app, account, 'body', { remoteAddress: newAddress() }) }
    }

    await t.test('drops in silence what an address is mailed more than 5 times an hour, and the notice of it too', async (t) => {
      const email = uniqueEmail()
      const callers = await times(7, signedIn)
      for (const { account, accessToken } of callers) {
        t.equal((await changeEmail(app, accessToken, { email, password: account.password }, newAddress())).statusCode, 202)
      }
      t.equal((await mailsSentTo(app, email)).length, 5)
      for (const [place, { account }] of callers.entries()) t.equal((await mailsSentTo(app, account.email)).length, place < 5 ? 2 : 1)
    })

    await t.test('says also then that an address is taken', async (t) => {
      const { email } = await open(app)
      const { account, accessToken } = await signedIn()
      const answers = await times(7, async () => await changeEmail(app, accessToken, { email, password: account.password }, newAddress()))

      t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([409]))
    })

    await t.test('answers a caller\'s 21st request in an hour with 429 too_many_requests, before any hash', async (t) => {
      const { account, accessToken } = await signedIn()
      const from = newAddress()
      const ask = async () => await changeEmail(app, accessToken, { email: uniqueEmail(), password: account.password }, from)
      t.same(new Set((await times(20, ask)).map(({ statusCode }) => statusCode)), new Set([202]))

      const verified = t.capture(app.passwords, 'verify', app.passwords.verify)
      const refusal = await ask()
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
      t.ok(Number(refusal.headers['retry-after']) > 3500)
      t.equal(verified().length, 0)
    })
  })
})
