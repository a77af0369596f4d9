import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { changing, isWonByOne, resetPassword, resetToken, verifyEmail } from '../../helpers/recovery.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser } from '../../helpers/users.js'

const another = 'another quiet harbour'

t.test('POST /api/auth/reset-password, many at once', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const login = async (email: string, password: string) => await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })

    await t.test('of fifty who use a token at once lets one, and the password is his', async (t) => {
      const ada = await createUser(app)
      const token = await resetToken(app, ada)
      const passwords = Array.from({ length: 50 }, (_, place) => `${another} ${place}`)
      const answers = await Promise.all(passwords.map(async (password) => await resetPassword(app, token, password)))

      isWonByOne(t, answers)
      const winner = answers.findIndex(({ statusCode }) => statusCode === 200)
      t.equal((await login(ada.email, passwords[winner] ?? '')).statusCode, 200)
      t.equal((await app.sql`select from events where type = 'password.reset' and user_id = ${ada.id}`).length, 1)
    })

    await t.test('leaves no session that was being opened with the old password', async (t) => {
      for (let round = 0; round < 5; round++) {
        const ada = await createUser(app)
        const token = await resetToken(app, ada)
        const logins = Array.from({ length: 8 }, async () => await login(ada.email, ada.password))
        const [reset, ...answers] = await Promise.all([resetPassword(app, token, another), ...logins])

        t.equal(reset.statusCode, 200)
        t.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 401))
        t.equal((await app.sql`select from sessions where user_id = ${ada.id} and ended_at is null`).length, 0)
        for (const { statusCode, json } of answers) {
          if (statusCode === 200) t.equal((await askWho(app, json().access_token)).statusCode, 401)
        }
      }
    })

    await t.test('of a reset and a change of address at once neither undoes the other', async (t) => {
      for (let round = 0; round < 5; round++) {
        const { account, email, token } = await changing(app)
        const reset = await resetToken(app, account)
        const [changed, set] = await Promise.all([verifyEmail(app, token), resetPassword(app, reset, another)])

        t.same([changed.statusCode, set.statusCode].sort(), [200, 400], 'whichever comes first ends the other')
        const [address, password] = changed.statusCode === 200 ? [email, account.password] : [account.email, another]
        t.equal((await login(address, password)).statusCode, 200)
      }
    })
  })
})
