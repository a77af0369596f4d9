import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { mailSentTo, tokenSentTo } from '../../helpers/outbox.js'
import { changeEmail, changing, forgetPassword, isLinkInvalid, isWonByOne, outlive, resetPassword, resetToken, verifyEmail, verifyToken } from '../../helpers/recovery.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser, signIn, uniqueEmail } from '../../helpers/users.js'

t.test('POST /api/auth/verify-email with the token that a new address was mailed', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const login = async (email: string, password: string) => await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })

    await t.test('gives the account that address, verified, and its sessions stay', async (t) => {
      const { account, session, email, token } = await changing(app)
      const response = await verifyEmail(app, token)

      t.equal(response.statusCode, 200)
      t.match(response.json().data.user, { id: account.id, email, verified: true })
      t.match((await askWho(app, session.accessToken)).json().data.user, { id: account.id, email, verified: true }, 'from the next request on')
      t.equal((await login(email, account.password)).statusCode, 200)
      t.equal((await login(account.email, account.password)).statusCode, 401)
      t.equal((await createUser(app, { email: account.email })).email, account.email, 'the address that was left is anybody\'s')
    })

    await t.test('tells the address that was left of the new one, and where it was done from', async (t) => {
      const { account, email, token } = await changing(app)
      await verifyEmail(app, token)
      const notice = await mailSentTo(app, account.email, /was changed/)

      t.match(notice?.text, new RegExp(`${email}[^]*127\\.0\\.0\\.1`))
      t.equal(notice?.token, '')
    })

    await t.test('leaves the event email.changed with both addresses', async (t) => {
      const { account, email, token } = await changing(app)
      await verifyEmail(app, token)

      t.match([...await app.sql`select ip, detail from events where type = 'email.changed' and user_id = ${account.id}`],
        [{ ip: '127.0.0.1', detail: { from: account.email, to: email } }])
    })

    await t.test('takes a token once, of fifty at once too', async (t) => {
      const { account, token } = await changing(app)
      const answers = await Promise.all(Array.from({ length: 50 }, async () => await verifyEmail(app, token)))

      isWonByOne(t, answers)
      t.equal((await app.sql`select from events where type = 'email.changed' and user_id = ${account.id}`).length, 1)
      isLinkInvalid(t, await verifyEmail(app, token))
    })

    await t.test('refuses an address that was taken meanwhile with 409 email_taken, and nothing of it is done', async (t) => {
      const { account, email, token } = await changing(app)
      const squatter = await createUser(app, { email })
      const before = await app.users.find(account.id)
      const response = await verifyEmail(app, token)

      t.equal(response.statusCode, 409)
      t.match(response.json(), { status: 'fail', code: 'email_taken' })
      t.same(await app.users.find(account.id), before)
      t.equal(await mailSentTo(app, account.email, /was changed/), undefined)

      await app.sql`delete from users where id = ${squatter.id}`
      t.equal((await verifyEmail(app, token)).statusCode, 200, 'nor is the token used up')
    })

    await t.test('of two accounts that would have one address at once lets one', async (t) => {
      const email = uniqueEmail()
      const tokens = [(await changing(app, email)).token, (await changing(app, email)).token]
      const answers = await Promise.all(tokens.map(async (token) => await verifyEmail(app, token)))

      t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 409])
    })

    await t.test('ends what the address that was left was mailed', async (t) => {
      const { account, token } = await changing(app)
      const [verify, reset] = [await verifyToken(app, account), await resetToken(app, account)]
      t.equal((await verifyEmail(app, token)).statusCode, 200)

      isLinkInvalid(t, await verifyEmail(app, verify), 'to verify it')
      isLinkInvalid(t, await resetPassword(app, reset, 'another quiet harbour'), 'to reset the password')
      t.same([...await app.sql`select purpose from email_tokens where user_id = ${account.id} and purpose <> 'verify'`], [])
      await forgetPassword(app, account.email)
      t.equal(await tokenSentTo(app, account.email, /new password/), reset, 'and it is mailed no other')
    })

    await t.test('refuses the token of an earlier wish once there is a later one', async (t) => {
      const { account, session, token: elder } = await changing(app)
      const email = uniqueEmail()
      await changeEmail(app, session.accessToken, { email, password: account.password })

      isLinkInvalid(t, await verifyEmail(app, elder))
      t.equal((await verifyEmail(app, await tokenSentTo(app, email, /Confirm/))).json().data.user.email, email)
    })

    await t.test('refuses a token that has grown too old, or whose user is disabled', async (t) => {
      const [slow, disabled] = [await changing(app), await changing(app)]
      await outlive(app, slow.account.id)
      await app.sql`update users set disabled_at = now() where id = ${disabled.account.id}`

      isLinkInvalid(t, await verifyEmail(app, slow.token))
      isLinkInvalid(t, await verifyEmail(app, disabled.token))
      t.equal((await signIn(app, slow.account)).response.statusCode, 200)
    })
  })
})
