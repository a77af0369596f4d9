import t from 'tap'
import { startApp } from '../helpers/app.js'
import { mailsSentTo } from '../helpers/outbox.js'
import { verifyEmail, verifyToken } from '../helpers/recovery.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, uniqueEmail } from '../helpers/users.js'

t.test('POST /api/auth/register', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const register = async (fields: object) => await app.inject({ method: 'POST', url: '/api/auth/register', payload: fields })
    const ada = () => ({ name: 'Ada Lovelace', email: uniqueEmail(), password: 'correct horse battery staple' })

    await t.test('opens an account and answers 200 with the User, and nothing else of it', async (t) => {
      const account = ada()
      const response = await register(account)

      t.equal(response.statusCode, 200)
      t.same(Object.keys(response.json()), ['status', 'data'])
      const { id, createdAt, updatedAt, ...rest } = response.json().data.user
      t.same(rest, { name: 'Ada Lovelace', email: account.email, role: 'user', photo: 'default.png', verified: false })
      t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      t.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      t.equal(updatedAt, createdAt)
    })

    await t.test('signs nobody in', async (t) => {
      t.equal((await register(ada())).headers['set-cookie'], undefined)
    })

    await t.test('keeps only a hash of the password', async (t) => {
      const account = await createUser(app)
      const [row] = await app.sql`select * from users where id = ${account.id}`

      t.match(row?.passwordHash, /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
      t.notOk(JSON.stringify(row).includes(account.password))
    })

    await t.test('ignores and never stores unknown fields, passwordConfirm and role among them', async (t) => {
      const account = ada()
      const response = await register({
        ...account, passwordConfirm: 'something else', role: 'admin', photo: 'x.png', verified: true, id: 'mine', disabled: true
      })

      t.equal(response.statusCode, 200)
      t.match(response.json().data.user, { role: 'user', photo: 'default.png', verified: false })
      t.not(response.json().data.user.id, 'mine')
      t.equal((await signIn(app, { ...account, id: '' })).response.statusCode, 200)
    })

    await t.test('trims the name and the address and lower-cases the address', async (t) => {
      const email = uniqueEmail()
      const { user } = (await register({ ...ada(), name: ' \t Ada  King\n', email: `  ${email.toUpperCase()} ` })).json().data

      t.match(user, { name: 'Ada  King', email })
    })

    await t.test('refuses an address that is taken, however it is written, with 409 email_taken', async (t) => {
      const { email } = await createUser(app)

      for (const spelling of [email, email.toUpperCase(), ` ${email} `]) {
        const response = await register({ ...ada(), email: spelling })
        t.equal(response.statusCode, 409)
        t.match(response.json(), { status: 'fail', code: 'email_taken', message: String })
      }
    })

    await t.test('opens one account for an address registered twenty times at once', async (t) => {
      const account = ada()
      const answers = await Promise.all(Array.from({ length: 20 }, () => register(account)))

      t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, ...Array.from({ length: 19 }, () => 409)])
    })

    await t.test('leaves the event user.registered', async (t) => {
      const { id } = await createUser(app)
      const events = await app.sql`select type, ip from events where user_id = ${id}`

      t.same(events.map((event) => ({ ...event })), [{ type: 'user.registered', ip: '127.0.0.1' }])
    })

    await t.test('mails the address a token that verifies it; the account is open without', async (t) => {
      const account = await createUser(app)
      t.equal((await signIn(app, account)).response.statusCode, 200)

      t.match((await verifyEmail(app, await verifyToken(app, account))).json().data.user, { id: account.id, verified: true })
    })

    await t.test('puts no mail out for an address that is taken', async (t) => {
      const account = await createUser(app)
      await register({ ...ada(), email: account.email })

      t.equal((await mailsSentTo(app, account.email)).length, 1)
    })

    for (const [holds, fields] of Object.entries({
      'what everybody tries first': { password: 'Password123' },
      'the name': { name: 'Ada Lovelace', password: 'I am Ada Lovelace!' },
      'the name in other case': { name: 'Ada Lovelace', password: 'I AM ADA LOVELACE!' },
      'the address': { email: 'gatekeeper@example.com', password: 'x gatekeeper@example.com x' },
      'the local part': { email: 'gatekeeper@example.com', password: 'my-GateKeeper-2026' },
      'a local part of 4': { email: 'grac@example.com', password: 'xx-grac-xx' }
    })) {
      await t.test(`refuses a password of ${holds} with 400 password_too_weak`, async (t) => {
        const response = await register({ ...ada(), ...fields })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'password_too_weak', message: /: choose one that (does not|is less common)$/ })
      })
    }

    await t.test('takes a password that holds a local part of 3', async (t) => {
      await app.sql`delete from users where email = 'bob@example.com'`

      t.equal((await register({ ...ada(), email: 'bob@example.com', password: 'shish-ke-bob-' })).statusCode, 200)
    })
  })
})
