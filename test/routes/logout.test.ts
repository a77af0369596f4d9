import t, { type Test } from 'tap'
import type { LightMyRequestResponse } from 'fastify'
import { startApp } from '../helpers/app.js'
import { clearsCookies, cookie, cookieLines } from '../helpers/cookies.js'
import { isTokenInvalid, isTokenMissing, signedByAnother } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn, type SignedIn } from '../helpers/users.js'

function isDone (t: Test, response: LightMyRequestResponse) {
  t.equal(response.statusCode, 200)
  t.same(response.json(), { status: 'success' })
  t.ok(clearsCookies(response))
}

const ways: Record<string, (session: SignedIn) => { headers?: Record<string, string>, payload?: object }> = {
  'the access token in the header': ({ accessToken }) => ({ headers: bearer(accessToken) }),
  'the refresh token in the header': ({ refreshToken }) => ({ headers: bearer(refreshToken) }),
  'the access cookie': ({ accessToken }) => ({ headers: cookie(['access_token', accessToken]) }),
  'the refresh cookie': ({ refreshToken }) => ({ headers: cookie(['refresh_token', refreshToken]) }),
  'the refresh token in the body': ({ refreshToken }) => ({ payload: { refresh_token: refreshToken, other: 1 } })
}

t.test('POST and GET /api/auth/logout', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, {}, { now: () => Date.now() + clock.ahead })
    const account = await createUser(app)
    const logout = async (how: object, method: 'POST' | 'GET' = 'POST') => await app.inject({ method, url: '/api/auth/logout', ...how })
    const isOver = async ({ accessToken }: SignedIn) => (await askWho(app, accessToken)).statusCode === 401
    t.beforeEach(() => { clock.ahead = 0 })

    for (const [what, by] of Object.entries(ways)) {
      for (const method of ['POST', 'GET'] as const) {
        if (method === 'GET' && what.endsWith('body')) continue

        await t.test(`${method} with ${what} ends the session and clears the cookies`, async (t) => {
          const [ada, other] = [await signIn(app, account), await signIn(app, account)]

          isDone(t, await logout(by(ada), method))
          t.ok(await isOver(ada))
          t.notOk(await isOver(other))
        })
      }

      await t.test(`with ${what} does so when the token has expired`, async (t) => {
        const ada = await signIn(app, account)
        clock.ahead = 30 * 86_400_000

        isDone(t, await logout(by(ada)))
        clock.ahead = 0
        t.ok(await isOver(ada))
      })

      await t.test(`with ${what} answers the same when the session had ended`, async (t) => {
        const ada = await signIn(app, account)
        await logout(by(ada))

        isDone(t, await logout(by(ada)))
      })

      await t.test(`with ${what} answers the same when the user is gone`, async (t) => {
        const user = await createUser(app)
        const session = await signIn(app, user)
        await app.sql`update sessions set ended_at = now(), ended_because = 'user_deleted' where user_id = ${user.id}`
        await app.sql`delete from users where id = ${user.id}`

        isDone(t, await logout(by(session)))
      })
    }

    for (const method of ['POST', 'GET'] as const) {
      await t.test(`${method} answers a JSON content type and no body with exactly 200`, async (t) => {
        const ada = await signIn(app, account)

        isDone(t, await logout({ headers: { 'content-type': 'application/json', ...cookie(['access_token', ada.accessToken], ['refresh_token', ada.refreshToken]) } }, method))
        t.ok(await isOver(ada))
      })

      await t.test(`${method} with no token is refused with 401 token_missing, and clears the cookies`, async (t) => {
        const response = await logout({}, method)

        isTokenMissing(t, response)
        t.ok(clearsCookies(response))
      })

      await t.test(`${method} with a token that we did not sign is refused with 401 token_invalid, and clears the cookies`, async (t) => {
        const ada = await signIn(app, account)
        for (const token of [await signedByAnother(ada.accessToken), await signedByAnother(ada.refreshToken), 'nonsense']) {
          for (const headers of [bearer(token), cookie(['access_token', token]), cookie(['refresh_token', token])]) {
            const response = await logout({ headers }, method)
            isTokenInvalid(t, response)
            t.ok(clearsCookies(response))
          }
        }
        t.notOk(await isOver(ada))
      })
    }

    await t.test('with tokens of two sessions ends both', async (t) => {
      for (const by of [
        (one: SignedIn, two: SignedIn) => ({ headers: cookie(['access_token', one.accessToken], ['refresh_token', two.refreshToken]) }),
        (one: SignedIn, two: SignedIn) => ({ headers: cookie(['refresh_token', one.refreshToken], ['refresh_token', two.refreshToken]) }),
        (one: SignedIn, two: SignedIn) => ({ headers: bearer(one.accessToken), payload: { refresh_token: two.refreshToken } }),
        (one: SignedIn, two: SignedIn) => ({ headers: cookie(['access_token', one.accessToken]), payload: { refresh_token: two.refreshToken } })
      ]) {
        const [one, two] = [await signIn(app, account), await signIn(app, account)]
        isDone(t, await logout(by(one, two)))
        t.ok(await isOver(one) && await isOver(two))
      }
    })

    await t.test('passes over a bad cookie beside a good one', async (t) => {
      const ada = await signIn(app, account)

      isDone(t, await logout({ headers: cookie(['access_token', 'nonsense'], ['refresh_token', ada.refreshToken]) }))
      t.ok(await isOver(ada))
    })

    await t.test('judges a bad header alone, whatever the cookies say', async (t) => {
      const ada = await signIn(app, account)
      for (const authorization of ['Bearer nonsense', 'Bearer', 'Token']) {
        const response = await logout({ headers: { authorization, ...cookie(['access_token', ada.accessToken]) } })
        isTokenInvalid(t, response)
        t.ok(clearsCookies(response))
      }
      t.notOk(await isOver(ada))
    })

    await t.test('judges a good header alone too: the session of other cookies lives', async (t) => {
      const [ada, other] = [await signIn(app, account), await signIn(app, account)]

      isDone(t, await logout({ headers: { ...bearer(ada.accessToken), ...cookie(['access_token', other.accessToken], ['refresh_token', other.refreshToken]) } }))
      t.ok(await isOver(ada))
      t.notOk(await isOver(other))
    })

    await t.test('passes over another scheme as if absent', async (t) => {
      const ada = await signIn(app, account)

      isDone(t, await logout({ headers: { authorization: 'Basic YTpi', ...cookie(['access_token', ada.accessToken]) } }))
    })

    await t.test('clears the cookies with the attributes they were set with', async (t) => {
      const ada = await signIn(app, account)

      t.same(cookieLines(await logout({ headers: bearer(ada.accessToken) })), cookieLines(ada.response).map((line) => line.replace(/Max-Age=\d+/, 'Max-Age=0')))
    })

    await t.test('leaves the event session.ended, because of logout', async (t) => {
      const user = await createUser(app)
      const { accessToken } = await signIn(app, user)
      await logout({ headers: bearer(accessToken) })
      const [event] = await app.sql`select detail from events where user_id = ${user.id} and type = 'session.ended'`

      t.match(event?.detail, { because: 'logout' })
    })
  })
})
