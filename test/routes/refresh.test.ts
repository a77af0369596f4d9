import t from 'tap'
import { startApp } from '../helpers/app.js'
import { clearsCookies, cookie, cookieValues, freshCookieLines, freshTokens } from '../helpers/cookies.js'
import { isTokenInvalid, isTokenMissing } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn, tokensOf } from '../helpers/users.js'

t.test('POST and GET /api/auth/refresh', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const account = await createUser(app)
    const refresh = async (headers: object, payload?: object, method: 'POST' | 'GET' = 'POST') =>
      await app.inject({ method, url: '/api/auth/refresh', headers: { ...headers }, ...(payload === undefined ? {} : { payload }) })

    for (const method of ['POST', 'GET'] as const) {
      await t.test(`${method} trades the refresh cookie for Tokens and the three cookies`, async (t) => {
        const ada = await signIn(app, account)
        const response = await refresh(cookie(['refresh_token', ada.refreshToken]), undefined, method)

        t.equal(response.statusCode, 200)
        const { access_token: accessToken, ...rest } = freshTokens(response)
        t.same(rest, { status: 'success', token_type: 'Bearer', expires_in: 900 })
        t.same(freshCookieLines(response), freshCookieLines(ada.response))
        t.match(cookieValues(response), { access_token: accessToken, logged_in: 'true' })
        t.not(cookieValues(response).refresh_token, ada.refreshToken)
        t.not(accessToken, ada.accessToken)
        t.equal((await askWho(app, accessToken)).json().data.user.id, account.id)
      })

      await t.test(`${method} answers a JSON content type and no body with exactly 200`, async (t) => {
        const ada = await signIn(app, account)
        const response = await refresh({ 'content-type': 'application/json', ...cookie(['refresh_token', ada.refreshToken]) }, undefined, method)

        t.equal(response.statusCode, 200)
        t.ok(response.json().access_token)
      })

      await t.test(`${method} without a token is refused with 401 token_missing, and clears the cookies`, async (t) => {
        const response = await refresh(cookie(['logged_in', 'true']), undefined, method)

        isTokenMissing(t, response)
        t.ok(clearsCookies(response))
      })

      await t.test(`${method} of a bad cookie is refused with 401 token_invalid, and clears the cookies`, async (t) => {
        const response = await refresh(cookie(['refresh_token', 'nonsense']), undefined, method)

        isTokenInvalid(t, response)
        t.ok(clearsCookies(response))
      })
    }

    await t.test('trades a refresh token of the body for both in the body, and gives no cookies', async (t) => {
      const ada = await signIn(app, account, 'body')
      const response = await refresh({}, { refresh_token: ada.refreshToken, other: 1 })

      t.equal(response.statusCode, 200)
      const { access_token: accessToken, refresh_token: refreshToken, ...rest } = freshTokens(response)
      t.same(rest, { status: 'success', token_type: 'Bearer', expires_in: 900, refresh_expires_in: 604800 })
      t.not(refreshToken, ada.refreshToken)
      t.equal((await askWho(app, accessToken)).statusCode, 200)
      t.equal(response.headers['set-cookie'], undefined)
    })

    await t.test('answers by the way the token came, not by that of the login', async (t) => {
      const ada = await signIn(app, account, 'body')
      const bob = await signIn(app, account)

      t.equal((await refresh(cookie(['refresh_token', ada.refreshToken]))).cookies.length, 3)
      t.ok((await refresh({}, { refresh_token: bob.refreshToken })).json().refresh_token)
    })

    await t.test('looks at the cookie only when the body has no token', async (t) => {
      const ada = await signIn(app, account)
      const good = cookie(['refresh_token', ada.refreshToken])

      isTokenInvalid(t, await refresh(good, { refresh_token: 'nonsense' }))
      isTokenInvalid(t, await refresh(good, { refresh_token: '' }))
      t.equal((await refresh(good, {})).statusCode, 200)
    })

    await t.test('of a bad token in the body clears the cookies too', async (t) => {
      t.ok(clearsCookies(await refresh({}, { refresh_token: 'nonsense' })))
    })

    await t.test('reads no refresh token from the URL or the Authorization header', async (t) => {
      const ada = await signIn(app, account)

      isTokenMissing(t, await refresh(bearer(ada.refreshToken)))
      isTokenMissing(t, await app.inject(`/api/auth/refresh?refresh_token=${ada.refreshToken}`))
    })

    await t.test('passes over an Authorization header, also a bad one', async (t) => {
      const ada = await signIn(app, account)

      t.equal((await refresh({ ...bearer('nonsense'), ...cookie(['refresh_token', ada.refreshToken]) })).statusCode, 200)
    })

    await t.test('tries every value of a cookie that comes twice', async (t) => {
      const ada = await signIn(app, account)
      const response = await refresh(cookie(['refresh_token', 'nonsense'], ['refresh_token', ada.refreshToken]))

      t.equal(response.statusCode, 200)
      t.equal((await refresh(cookie(['refresh_token', tokensOf(response).refreshToken], ['refresh_token', 'nonsense']))).statusCode, 200)
    })

    for (const value of [123, null, ['x'], 'nul\0', 'lone\ud800']) {
      await t.test(`refuses ${JSON.stringify(value)} as refresh_token with 400 validation_failed, and clears nothing`, async (t) => {
        const response = await refresh({}, { refresh_token: value })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/refresh_token' }] })
        t.equal(response.headers['set-cookie'], undefined)
      })
    }

    await t.test('has no HEAD', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const response = await app.inject({ method: 'HEAD', url: '/api/auth/refresh', headers: cookie(['refresh_token', refreshToken]) })

      t.equal(response.statusCode, 404)
    })
  })
})
