import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { clearsCookies, cookie, cookieLines } from '../../helpers/cookies.js'
import { read } from '../../helpers/issuer.js'
import { everythingOf, isTokenInvalid, signedByAnother } from '../../helpers/refusals.js'
import { leftOut, privatePostgres } from '../../helpers/services.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'
import { askWho, bearer, createUser, signIn, tokensOf } from '../../helpers/users.js'

const day = 86_400

t.test('/api/auth/refresh: what lives and what does not', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, {}, { now: () => Date.now() + clock.ahead })
    const account = await createUser(app)
    const refresh = async (token: string) => await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: token } })
    const byCookie = async (token: string) => await app.inject({ method: 'POST', url: '/api/auth/refresh', headers: cookie(['refresh_token', token]) })
    t.beforeEach(() => { clock.ahead = 0 })

    await t.test('answers the parent with the same successors, byte for byte, while neither is used', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))

      t.equal(new Set(answers.map((answer) => answer.json().access_token)).size, 1)
      t.equal(new Set(answers.map((answer) => answer.json().refresh_token)).size, 1)
    })

    await t.test('expires_in, refresh_expires_in and Max-Age count what is left', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const first = tokensOf(await refresh(refreshToken))
      clock.ahead = 100_000

      const inBody = await refresh(refreshToken)
      const inCookies = await byCookie(refreshToken)

      t.same(tokensOf(inBody), first)
      t.ok(Math.abs(inBody.json().expires_in - 800) <= 2 && Math.abs(inBody.json().refresh_expires_in - (7 * day - 100)) <= 2)
      t.ok(Math.abs(inCookies.json().expires_in - 800) <= 2)
      const [access, later, loggedIn] = inCookies.cookies.map(({ maxAge }) => Number(maxAge))
      t.equal(access, inCookies.json().expires_in)
      t.ok(Math.abs(Number(later) - (7 * day - 100)) <= 2)
      t.equal(loggedIn, later)
    })

    await t.test('a session lives 30 days in all: its last tokens live no longer', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const { sid: sessionId } = read(refreshToken).claims
      let token = refreshToken
      for (let days = 0; days < 28; days += 4) {
        await passTime(app, { sessionId, seconds: 4 * day })
        token = tokensOf(await refresh(token)).refreshToken
      }
      const { iat, exp } = read(token).claims

      t.ok(Math.abs(exp - iat - 2 * day) <= 2)
    })

    await t.test('a replaced token shown later ends the session at once, for every holder', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const { sid: sessionId } = read(refreshToken).claims
      const successor = tokensOf(await refresh(refreshToken))
      t.equal((await askWho(app, successor.accessToken)).statusCode, 200)
      await refresh(successor.refreshToken)
      await passTime(app, { sessionId, seconds: 60 })

      isTokenInvalid(t, await refresh(refreshToken))
      isTokenInvalid(t, await refresh(successor.refreshToken))
      isTokenInvalid(t, await askWho(app, successor.accessToken))
      const events = await app.sql`select detail from events where session_id = ${sessionId} and type = 'session.reuse_detected'`
      t.equal(events.length, 1)
    })

    await t.test('never says why a token was refused: the answers are alike to the byte', async (t) => {
      const ada = await signIn(app, account)
      const ended = await signIn(app, account)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(ended.accessToken) })

      const answers = await Promise.all([
        'nonsense', ada.accessToken, await signedByAnother(ada.refreshToken), ended.refreshToken, `${ada.refreshToken}=`, 'a'.repeat(5000)
      ].map(byCookie))
      clock.ahead = (7 * day + 10) * 1000
      answers.push(await byCookie(ada.refreshToken))
      clock.ahead = -3_600_000
      answers.push(await byCookie(ada.refreshToken))

      for (const answer of answers) {
        isTokenInvalid(t, answer)
        t.ok(clearsCookies(answer))
        t.same(everythingOf(answer), everythingOf(answers[0] ?? answer))
      }
    })

    await t.test('clears the cookies with the attributes they were set with', async (t) => {
      t.same(cookieLines(await byCookie('nonsense')), [
        'access_token; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
        'refresh_token; Max-Age=0; Path=/api/auth; HttpOnly; SameSite=Lax',
        'logged_in; Max-Age=0; Path=/; SameSite=Lax'
      ])
    })
  })

  await t.test('with a database that is down', { skip: leftOut }, async (t) => {
    const postgres = await privatePostgres(t)
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url } })
    const { refreshToken } = await signIn(app, await createUser(app))
    await postgres.kill()

    for (const url of ['/api/auth/refresh', '/api/auth/logout']) {
      await t.test(`${url} answers 503 with Retry-After, never 401, and clears no cookie`, async (t) => {
        const response = await app.inject({ method: 'POST', url, headers: cookie(['refresh_token', refreshToken]) })

        t.equal(response.statusCode, 503)
        t.match(response.json(), { status: 'error', code: 'unavailable' })
        t.match(response.headers['retry-after'], /^[1-9]\d*$/)
        t.equal(response.headers['set-cookie'], undefined)
      })
    }
  })
})
