import t from 'tap'
import { startApp } from '../helpers/app.js'
import { cookie } from '../helpers/cookies.js'
import { read } from '../helpers/issuer.js'
import { isTokenInvalid, isTokenMissing } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('GET /api/users/me', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const account = await createUser(app)
    const ada = await signIn(app, account)
    const ask = async (headers: object = {}, url = '/api/users/me') => await app.inject({ url, headers: { ...headers } })

    await t.test('answers 200 with the User and nothing else of it', async (t) => {
      const response = await askWho(app, ada.accessToken)

      t.equal(response.statusCode, 200)
      t.same(Object.keys(response.json()), ['status', 'data'])
      t.same(Object.keys(response.json().data), ['user'])
      const { createdAt, updatedAt, ...user } = response.json().data.user
      t.same(user, { id: account.id, name: account.name, email: account.email, role: 'user', photo: 'default.png', verified: false })
      t.equal(new Date(createdAt).toISOString(), createdAt)
      t.equal(new Date(updatedAt).toISOString(), updatedAt)
    })

    await t.test('takes the token from the cookie', async (t) => {
      t.equal((await ask(cookie(['access_token', ada.accessToken]))).statusCode, 200)
    })

    await t.test('answers a HEAD too', async (t) => {
      const response = await app.inject({ method: 'HEAD', url: '/api/users/me', headers: bearer(ada.accessToken) })

      t.equal(response.statusCode, 200)
      t.equal(response.body, '')
    })

    await t.test('refuses a request without a token with 401 token_missing', async (t) => {
      isTokenMissing(t, await ask())
      isTokenMissing(t, await ask(cookie(['access_token', ''])))
      isTokenMissing(t, await ask(cookie(['refresh_token', ada.refreshToken], ['logged_in', 'true'])))
    })

    await t.test('reads no token from the URL or another header', async (t) => {
      isTokenMissing(t, await ask({}, `/api/users/me?access_token=${ada.accessToken}&token=${ada.accessToken}`))
      isTokenMissing(t, await ask({ 'x-access-token': ada.accessToken, 'proxy-authorization': `Bearer ${ada.accessToken}` }))
    })

    await t.test('refuses the token of a session that has ended', async (t) => {
      const { accessToken } = await signIn(app, account)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(accessToken) })

      isTokenInvalid(t, await askWho(app, accessToken))
    })

    await t.test('tells the role of the record, not that of the token', async (t) => {
      const user = await createUser(app)
      const { accessToken } = await signIn(app, user)
      await app.sql`update users set role = 'admin', version = version + 1 where id = ${user.id}`

      t.equal(read(accessToken).claims.role, 'user')
      t.equal((await askWho(app, accessToken)).json().data.user.role, 'admin')
    })
  })
})
