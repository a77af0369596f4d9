import t from 'tap'
import { startApp } from '../helpers/app.js'
import { cookie } from '../helpers/cookies.js'
import { everythingOf, isTokenInvalid, isTokenMissing, signedByAnother } from '../helpers/refusals.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('authenticate', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, {}, { now: () => Date.now() + clock.ahead })
    const account = await createUser(app)
    const ada = await signIn(app, account)
    const bob = await signIn(app, await createUser(app))
    const ask = async (headers: object) => await app.inject({ url: '/api/users/me', headers: { ...headers } })
    t.beforeEach(() => { clock.ahead = 0 })

    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Token', 'token', 'Bearer ']) {
      await t.test(`takes "${scheme} <token>"`, async (t) => {
        t.equal((await ask({ authorization: `${scheme} ${ada.accessToken}` })).statusCode, 200)
      })
    }

    await t.test('lets a request through once, whether its token is known or not', async (t) => {
      const { accessToken } = await signIn(app, account)
      const listed = t.capture(app.sessions, 'listOf', async () => [])
      for (const token of ['new', 'known']) {
        t.equal((await app.inject({ url: '/api/sessions', headers: bearer(accessToken) })).statusCode, 200)
        await new Promise(setImmediate)
        t.equal(listed().length, 1, token)
      }
    })

    await t.test('judges a request that carries both by the header alone', async (t) => {
      const both = await ask({ ...bearer(bob.accessToken), ...cookie(['access_token', ada.accessToken]) })

      t.not(both.json().data.user.id, account.id)
    })

    for (const header of ['Bearer', 'Bearer ', 'Token', 'bearer', 'Bearer nonsense', 'Token x y', `Bearer ${ada.refreshToken}`]) {
      await t.test(`refuses "${header.slice(0, 15)}" although the cookie is good`, async (t) => {
        isTokenInvalid(t, await ask({ authorization: header, ...cookie(['access_token', ada.accessToken]) }))
      })
    }

    for (const header of ['Basic YTpi', 'Digest username=x', 'Bearerish x', '']) {
      await t.test(`passes over "${header}" as if absent`, async (t) => {
        t.equal((await ask({ authorization: header, ...cookie(['access_token', ada.accessToken]) })).statusCode, 200)
        isTokenMissing(t, await ask({ authorization: header }))
      })
    }

    await t.test('tries every value of a cookie that comes twice', async (t) => {
      const good: [string, string] = ['access_token', ada.accessToken]
      const bad: [string, string] = ['access_token', 'nonsense']

      t.equal((await ask(cookie(bad, good))).statusCode, 200)
      t.equal((await ask(cookie(good, bad))).statusCode, 200)
      isTokenInvalid(t, await ask(cookie(bad, bad)))
    })

    await t.test('takes a token until it expires, and the leeway longer', async (t) => {
      const { accessToken } = await signIn(app, account)
      clock.ahead = 903_000
      t.equal((await askWho(app, accessToken)).statusCode, 200)
      clock.ahead = 906_000
      isTokenInvalid(t, await askWho(app, accessToken))
    })

    await t.test('never says why a token was refused: the answers are alike to the byte', async (t) => {
      const ended = await signIn(app, account)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(ended.accessToken) })
      const user = await createUser(app)
      const disabled = await signIn(app, user)
      await app.sql`update users set disabled_at = now(), version = version + 1 where id = ${user.id}`
      const unseen = await signIn(app, account)

      const [header, payload, signature] = ada.accessToken.split('.')
      const answers = await Promise.all(Object.entries({
        nonsense: 'nonsense',
        'an empty one': '',
        'a refresh token': ada.refreshToken,
        'signed by another': await signedByAnother(ada.accessToken),
        'without a signature': `${header}.${payload}.`,
        'of alg none': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
        'the payload of another': `${header}.${bob.accessToken.split('.')[1]}.${signature}`,
        'of a session that has ended': ended.accessToken,
        'of a user who is disabled': disabled.accessToken,
        'very long': 'a'.repeat(5000)
      }).map(async ([what, token]) => ({ what, response: await askWho(app, token) })))

      clock.ahead = 1_000_000
      answers.push({ what: 'expired', response: await askWho(app, ada.accessToken) })
      clock.ahead = -1_000_000
      answers.push({ what: 'of the future', response: await askWho(app, unseen.accessToken) })

      for (const { what, response } of answers) {
        isTokenInvalid(t, response, what)
        t.same(everythingOf(response), everythingOf(answers[0]?.response ?? response), what)
      }
    })
  })
})
