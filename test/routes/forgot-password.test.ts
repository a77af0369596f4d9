import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { newAddress, open, startLimited, times } from '../helpers/limits.js'
import { mailSentTo, mailsSentTo } from '../helpers/outbox.js'
import { forgetPassword, resetPassword, resetToken } from '../helpers/recovery.js'
import { everythingOf } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, createUser, signIn, uniqueEmail } from '../helpers/users.js'

const patient = { within: 10_000, every: 20 }

t.test('POST /api/auth/forgot-password', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { APP_URL: 'https://app.example.com' })
    const disabledUser = async () => {
      const user = await createUser(app)
      await mailsSentTo(app, user.email)
      await app.sql`update users set disabled_at = now() where id = ${user.id}`
      return user
    }

    await t.test('mails whoever has the address a link to the page of that name at APP_URL, good once', async (t) => {
      const ada = await createUser(app)
      t.equal((await forgetPassword(app, ada.email)).statusCode, 202)
      const { text, token } = await mailSentTo(app, ada.email, /new password/) ?? {}

      t.match(text, `https://app.example.com/reset-password?token=${token}`)
      t.equal((await resetPassword(app, token, 'another quiet harbour')).statusCode, 200)
    })

    await t.test('answers an address that nobody has, and that of a disabled account, with the same 202', async (t) => {
      const answer = everythingOf(await forgetPassword(app, (await createUser(app)).email))

      t.match(answer, { statusCode: 202, body: '{"status":"success"}' })
      t.same(everythingOf(await forgetPassword(app, uniqueEmail())), answer)
      t.same(everythingOf(await forgetPassword(app, (await disabledUser()).email)), answer)
    })

    await t.test('mails nothing to an address that nobody has, nor to a disabled account', async (t) => {
      const [nobody, disabled] = [uniqueEmail(), (await disabledUser()).email]
      await forgetPassword(app, nobody)
      await forgetPassword(app, disabled)

      t.same(await mailsSentTo(app, nobody), [])
      t.same((await mailsSentTo(app, disabled)).filter(({ subject }) => /password/.test(subject)), [])
    })

    await t.test('takes the address trimmed and lower-cased, and mails it as the account has it', async (t) => {
      const { email } = await createUser(app)
      await forgetPassword(app, `  ${email.toUpperCase()} `)

      t.ok(await mailSentTo(app, email, /new password/))
    })

    await t.test('changes nothing by itself', async (t) => {
      const ada = await createUser(app)
      const session = await signIn(app, ada)
      await resetToken(app, ada)

      t.equal((await askWho(app, session.accessToken)).statusCode, 200)
      t.equal((await signIn(app, ada)).response.statusCode, 200)
    })

    await t.test('ends the token of an earlier mail', async (t) => {
      const ada = await createUser(app)
      const [elder, younger] = [await resetToken(app, ada), await resetToken(app, ada)]

      t.equal((await resetPassword(app, elder, 'another quiet harbour')).statusCode, 400)
      t.equal((await resetPassword(app, younger, 'another quiet harbour')).statusCode, 200)
    })

    await t.test('mails one link to who asks several times while none can be sent, and it is good', async (t) => {
      const { email } = await createUser(app)
      await mailsSentTo(app, email)
      await app.sql`insert into outbox (kind, email, attempts) select 'reset_password', ${email}, 1 from generate_series(1, 3)`
      app.mail.wake()
      const mails = (await mailsSentTo(app, email)).filter(({ subject }) => /new password/.test(subject))

      t.equal(mails.length, 1)
      t.equal((await resetPassword(app, mails[0]?.token, 'another quiet harbour')).statusCode, 200)
    })

    await t.test('leaves the event password.reset_requested, of nobody when nobody has the address', async (t) => {
      const ada = await createUser(app)
      const from = newAddress()
      for (const email of [ada.email, uniqueEmail(), `zz${ada.email}`]) await forgetPassword(app, email, from)
      const asked = async () => [...await app.sql`select user_id from events where type = 'password.reset_requested' and ip = ${from} order by at, id`]

      t.same(await eventually(asked, ({ length }) => length === 3, patient), [{ userId: ada.id }, { userId: null }, { userId: null }])
    })

    await t.test('answers without a look at who has the address: nobody can tell by the time it takes', async (t) => {
      const { email } = await createUser(app)
      await mailsSentTo(app, email)
      await app.sql`alter table users rename column email to email_away`
      const answers = [await forgetPassword(app, email), await forgetPassword(app, uniqueEmail())]
      await app.sql`alter table users rename column email_away to email`

      t.same(answers.map(({ statusCode }) => statusCode), [202, 202])
      t.ok(await mailSentTo(app, email, /new password/))
    })

    for (const [what, payload] of [['no address', {}], ['what is none', { email: 'ada' }], ['a list', { email: ['ada@example.com'] }]] as const) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const response = await app.inject({ method: 'POST', url: '/api/auth/forgot-password', payload })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/email' }] })
      })
    }
  })

  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)

    await t.test('drops in silence what an address is mailed more than 5 times an hour', async (t) => {
      const { email } = await open(app)
      await mailsSentTo(app, email)
      const mailed: number[] = []
      for (let time = 1; time <= 7; time++) {
        t.equal((await forgetPassword(app, email, newAddress())).statusCode, 202)
        mailed.push((await mailsSentTo(app, email)).length - 1)
      }
      t.same(mailed, [1, 2, 3, 4, 5, 5, 5])
    })

    await t.test('answers a caller\'s 21st request in an hour with 429 too_many_requests and Retry-After, whoever has the address', async (t) => {
      const from = newAddress()
      const answers = await times(20, async () => await forgetPassword(app, uniqueEmail(), from))
      t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([202]))

      const { email } = await open(app)
      for (const refusal of [await forgetPassword(app, uniqueEmail(), from), await forgetPassword(app, email, from)]) {
        t.equal(refusal.statusCode, 429)
        t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
        t.ok(Number(refusal.headers['retry-after']) > 3500)
      }
      t.equal((await forgetPassword(app, email, newAddress())).statusCode, 202)
    })
  })
})
