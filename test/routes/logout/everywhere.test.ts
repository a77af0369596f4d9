import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { clearsCookies, cookie } from '../../helpers/cookies.js'
import { isTokenInvalid, isTokenMissing } from '../../helpers/refusals.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, bearer, createUser, signIn, type SignedIn } from '../../helpers/users.js'

t.test('POST /api/auth/logout with everywhere', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, {}, { now: () => Date.now() + clock.ahead })
    const bystander = await signIn(app, await createUser(app))
    const everywhere = async (headers: object, fields: object = {}) =>
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: { ...headers }, payload: { everywhere: true, ...fields } })
    const isOver = async ({ accessToken }: SignedIn) => (await askWho(app, accessToken)).statusCode === 401
    t.beforeEach(() => { clock.ahead = 0 })

    for (const [what, by] of Object.entries({
      'an access token in the header': ({ accessToken }: SignedIn) => everywhere(bearer(accessToken)),
      'a refresh token in the header': ({ refreshToken }: SignedIn) => everywhere(bearer(refreshToken)),
      'an access cookie': ({ accessToken }: SignedIn) => everywhere(cookie(['access_token', accessToken])),
      'a refresh cookie': ({ refreshToken }: SignedIn) => everywhere(cookie(['refresh_token', refreshToken])),
      'a refresh token in the body': ({ refreshToken }: SignedIn) => everywhere({}, { refresh_token: refreshToken })
    })) {
      await t.test(`and ${what} ends all sessions of the user and no other`, async (t) => {
        const account = await createUser(app)
        const sessions = [await signIn(app, account), await signIn(app, account, 'body'), await signIn(app, account)]
        const response = await by(sessions[0] as SignedIn)

        t.equal(response.statusCode, 200)
        t.same(response.json(), { status: 'success' })
        t.ok(clearsCookies(response))
        t.same(await Promise.all(sessions.map(isOver)), [true, true, true])
        t.notOk(await isOver(bystander))
      })

      await t.test(`and ${what} that has expired is refused with 401 token_invalid, and clears the cookies`, async (t) => {
        const account = await createUser(app)
        const [one, two] = [await signIn(app, account), await signIn(app, account)]
        clock.ahead = 30 * 86_400_000
        const response = await by(one)
        clock.ahead = 0

        isTokenInvalid(t, response)
        t.ok(clearsCookies(response))
        t.same(await Promise.all([one, two].map(isOver)), [false, false])
      })

      await t.test(`and ${what} of a session that has ended is refused with 401 token_invalid`, async (t) => {
        const account = await createUser(app)
        const [one, two] = [await signIn(app, account), await signIn(app, account)]
        await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(one.accessToken) })

        isTokenInvalid(t, await by(one))
        t.notOk(await isOver(two))
      })
    }

    await t.test('wants one that is live, of several', async (t) => {
      const account = await createUser(app)
      const [ended, live] = [await signIn(app, account), await signIn(app, account)]
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(ended.accessToken) })

      const response = await everywhere(cookie(['access_token', ended.accessToken], ['refresh_token', live.refreshToken]))

      t.equal(response.statusCode, 200)
      t.ok(await isOver(live))
    })

    await t.test('refuses no token with 401 token_missing, and clears the cookies', async (t) => {
      const response = await everywhere({})

      isTokenMissing(t, response)
      t.ok(clearsCookies(response))
    })

    await t.test('false ends this session alone', async (t) => {
      const account = await createUser(app)
      const [one, two] = [await signIn(app, account), await signIn(app, account)]

      t.equal((await everywhere(bearer(one.accessToken), { everywhere: false })).statusCode, 200)
      t.same(await Promise.all([one, two].map(isOver)), [true, false])
    })

    for (const value of ['true', 1, null, [], {}]) {
      await t.test(`refuses ${JSON.stringify(value)} with 400 validation_failed, and ends nothing`, async (t) => {
        const response = await everywhere(bearer(bystander.accessToken), { everywhere: value })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/everywhere' }] })
        t.notOk(await isOver(bystander))
      })
    }
  })
})
