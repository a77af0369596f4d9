import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { read } from '../helpers/issuer.js'
import { introspect, sendForm, withMachine } from '../helpers/machines.js'
import { signedByAnother } from '../helpers/refusals.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { signedIn } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn, tokensOf } from '../helpers/users.js'

const minute = 60_000

t.test('POST /api/auth/introspect', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, withMachine, { now: () => Date.now() + clock.ahead })
    const account = await createUser(app)
    t.afterEach(() => { clock.ahead = 0 })

    await t.test('tells of a live access token what it says, and nothing else', async (t) => {
      const { accessToken } = await signIn(app, account)
      const response = await introspect(app, accessToken)

      t.equal(response.statusCode, 200)
      t.match(response.headers['content-type'], /^application\/json/)
      t.equal(response.headers['cache-control'], 'no-store')
      t.same(response.json(), { active: true, token_type: 'access_token', ...read(accessToken).claims })
      t.same(Object.keys(response.json()), ['active', 'token_type', 'iss', 'aud', 'sub', 'sid', 'jti', 'role', 'iat', 'nbf', 'exp'])
    })

    await t.test('tells of a live refresh token what it says: it has no role', async (t) => {
      const { refreshToken } = await signIn(app, account)
      const response = await introspect(app, refreshToken)

      t.same(response.json(), { active: true, token_type: 'refresh_token', ...read(refreshToken).claims })
      t.notOk('role' in response.json())
    })

    await t.test('goes by the token, whatever the hint says', async (t) => {
      const { accessToken, refreshToken } = await signIn(app, account)
      for (const [token, type] of [[accessToken, 'access_token'], [refreshToken, 'refresh_token']] as const) {
        for (const hint of ['access_token', 'refresh_token', 'something', '']) {
          const { active, token_type: found } = (await sendForm(app, '/api/auth/introspect', { token, token_type_hint: hint })).json()
          t.same([active, found], [true, type], hint)
        }
      }
    })

    await t.test('has the role from the live record, not from the token', async (t) => {
      const user = await createUser(app)
      const { accessToken } = await signIn(app, user)
      t.equal((await introspect(app, accessToken)).json().role, 'user')
      await app.administration.change(user.id, { role: 'admin' }, { ip: '127.0.0.1', userAgent: null, by: user.id })

      t.equal(read(accessToken).claims.role, 'user')
      t.equal((await introspect(app, accessToken)).json().role, 'admin')
    })

    await t.test('answers exactly {"active":false} to whatever is not live', async (t) => {
      const [live, ended, replaced] = [await signIn(app, account, 'body'), await signIn(app, account, 'body'), await signIn(app, account, 'body')]
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(ended.accessToken) })
      await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: replaced.refreshToken } })
      const dead = {
        'nothing at all': '',
        'what is no token': 'nonsense',
        'what is longer than any token': 'a'.repeat(10_000),
        'an access token of an ended session': ended.accessToken,
        'a refresh token of an ended session': ended.refreshToken,
        'a refresh token that was replaced': replaced.refreshToken,
        'a token that somebody else signed': await signedByAnother(live.accessToken),
        'a token in another spelling': `${live.accessToken}=`,
        'the header of one kind with the rest of the other': `${live.accessToken.split('.')[0]}.${live.refreshToken.split('.').slice(1).join('.')}`,
        'a token with a blank': ` ${live.accessToken}`
      }
      for (const [what, token] of Object.entries(dead)) {
        const response = await introspect(app, token)
        t.equal(response.statusCode, 200, what)
        t.equal(response.body, '{"active":false}', what)
      }
    })

    await t.test('a replaced access token is live for the overlap, and not after it', async (t) => {
      const { accessToken, refreshToken } = await signIn(app, account, 'body')
      await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: refreshToken } })

      t.equal((await introspect(app, accessToken)).json().active, true)
      clock.ahead = minute
      t.equal((await introspect(app, accessToken)).body, '{"active":false}')
    })

    await t.test('tokens that have expired are not live', async (t) => {
      const { accessToken, refreshToken } = await signIn(app, account)
      clock.ahead = 16 * minute
      t.equal((await introspect(app, accessToken)).body, '{"active":false}')
      clock.ahead = 8 * 24 * 60 * minute
      t.equal((await introspect(app, refreshToken)).body, '{"active":false}')
    })

    await t.test('an access token that was asked about has been used: its parent is reused from then on', async (t) => {
      const { refreshToken } = await signIn(app, account, 'body')
      const successor = tokensOf(await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: refreshToken } }))
      await introspect(app, successor.accessToken)

      const { sid } = read(successor.accessToken).claims
      const used = async () => (await app.sql`select from sessions where id = ${sid} and successor_used`).length
      t.equal(await eventually(used), 1)
    })
  })

  await t.test('while stores are away', { skip: leftOut }, async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }, withMachine)
    const { access, refresh } = await signedIn(app)
    t.equal((await introspect(app, access)).json().active, true)
    await postgres.kill()

    await t.test('Redis and memory tell of an access token', async (t) => {
      t.equal((await introspect(app, access)).json().active, true)
    })

    await t.test('503 with Retry-After where none can say, and nothing is guessed', async (t) => {
      await redis.kill()
      const unsure = await eventually(async () => await introspect(app, access), ({ statusCode }) => statusCode !== 200, { within: 10_000 })

      for (const response of [unsure, await introspect(app, refresh)]) {
        t.equal(response.statusCode, 503)
        t.match(response.json(), { status: 'error', code: 'unavailable' })
        t.match(response.headers['retry-after'], /^[1-9]\d*$/)
      }
      t.equal((await introspect(app, 'nonsense')).body, '{"active":false}', 'what we never signed needs no store')
    })
  })
})
