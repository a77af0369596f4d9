import t from 'tap'
import { cookieLines, freshCookieLines } from '../helpers/cookies.js'
import { clientOf, cookieHeader, ownOrigin, somebodysApp, withGatehouse } from '../helpers/host.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer } from '../helpers/users.js'

const prefix = '/v1/id'

t.test('under a prefix', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const host = await withGatehouse(t, stores, { prefix })
    const { account, register, logIn, me, send } = clientOf(host, prefix)
    t.equal((await register()).statusCode, 200)

    await t.test('a browser signs in, refreshes and signs out', async (t) => {
      const signedIn = await logIn('cookie')
      t.same(freshCookieLines(signedIn), [
        'access_token; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
        `refresh_token; Max-Age=604800; Path=${prefix}/api/auth; HttpOnly; SameSite=Lax`,
        'logged_in; Max-Age=604800; Path=/; SameSite=Lax'
      ])
      t.equal((await me(cookieHeader(signedIn))).json().data.user.email, account.email)

      const refreshed = await send('POST', '/auth/refresh', undefined, { ...cookieHeader(signedIn), origin: ownOrigin })
      t.equal(refreshed.statusCode, 200)

      const signedOut = await send('POST', '/auth/logout', undefined, cookieHeader(refreshed))
      t.match(cookieLines(signedOut)[1], `Path=${prefix}/api/auth;`)
      t.equal((await me(cookieHeader(refreshed))).statusCode, 401)
    })

    await t.test('an API client does by Bearer', async (t) => {
      const first = (await logIn()).json()
      t.equal((await me(bearer(first.access_token))).statusCode, 200)
      const second = (await send('POST', '/auth/refresh', { refresh_token: first.refresh_token })).json()
      t.equal((await send('POST', '/auth/logout', {}, bearer(second.access_token))).statusCode, 200)
      t.equal((await me(bearer(second.access_token))).statusCode, 401)
      t.equal((await host.inject(`${prefix}/.well-known/jwks.json`)).json().keys.length, 1)
      t.equal((await host.inject(`${prefix}/.well-known/oauth-authorization-server`)).json().jwks_uri, `${ownOrigin}${prefix}/.well-known/jwks.json`)
    })

    await t.test('no link and no other site signs anybody out', async (t) => {
      const signedIn = cookieHeader(await logIn('cookie'))
      for (const headers of [{ 'sec-fetch-mode': 'navigate' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        t.equal((await send('GET', '/auth/logout', undefined, { ...signedIn, ...headers })).statusCode, 403)
      }
      t.equal((await me(signedIn)).statusCode, 200)
    })

    await t.test('what is unknown is told in our words, and what is unknown without is told in the host\'s', async (t) => {
      t.match((await host.inject(`${prefix}/nowhere`)).json(), { status: 'fail', code: 'not_found' })
      t.match((await host.inject('/nowhere')).json(), { error: 'Not Found', statusCode: 404 })
      t.equal((await host.inject('/api/users/me')).statusCode, 404)
    })

    await t.test('requests have our limits', async (t) => {
      const long = await send('POST', '/auth/login', { email: 'a'.repeat(20_000) })
      t.match([long.statusCode, long.json().code], [413, 'payload_too_large'])
      const text = await host.inject({ method: 'POST', url: `${prefix}/api/auth/login`, headers: { 'content-type': 'text/plain' }, payload: 'a' })
      t.match([text.statusCode, text.json().code], [415, 'unsupported_media_type'])
    })
  })

  t.test('however the host spells paths, no link signs anybody out', async (t) => {
    await forEveryStore(t, async (t, stores) => {
      const lax = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true }
      const host = await withGatehouse(t, stores, { prefix }, somebodysApp(t, { routerOptions: lax }))
      const { register, logIn, me } = clientOf(host, prefix)
      await register()
      const signedIn = cookieHeader(await logIn('cookie'))

      for (const path of ['/API/auth/LOGOUT', '//api//auth//logout', '/api/auth/logout/']) {
        const response = await host.inject({ url: `${prefix}${path}`, headers: { ...signedIn, 'sec-fetch-mode': 'navigate' } })
        t.equal(response.statusCode, 403, path)
      }
      t.equal((await me(signedIn)).statusCode, 200)
    })
  })
})
