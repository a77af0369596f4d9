import t from 'tap'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { signInAdmin } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { isTokenInvalid, isTokenMissing } from '../helpers/refusals.js'
import { claimsOf } from '../helpers/sessions.js'
import { leftOut, servicesFor } from '../helpers/services.js'
import { eventually } from '../helpers/eventually.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const identityOf = ({ headers }: LightMyRequestResponse) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-auth-')))

const check = async (app: FastifyInstance, headers: Record<string, string> = {}, query = '') => await app.inject({ url: `/api/auth/check${query}`, headers })

t.test('GET /api/auth/check', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const account = await createUser(app)
    const { accessToken } = await signIn(app, account)

    await t.test('answers 204 and says in headers who is calling, by Bearer and by cookie', async (t) => {
      for (const headers of [bearer(accessToken), { cookie: `access_token=${accessToken}` }]) {
        const response = await check(app, headers)

        t.equal(response.statusCode, 204)
        t.equal(response.body, '')
        t.equal(response.headers['cache-control'], 'no-store')
        t.same(identityOf(response), {
          'x-auth-user-id': account.id, 'x-auth-session-id': claimsOf(accessToken).sid, 'x-auth-role': 'user', 'x-auth-email': account.email
        })
      }
    })

    await t.test('answers HEAD alike', async (t) => {
      const response = await app.inject({ method: 'HEAD', url: '/api/auth/check', headers: bearer(accessToken) })
      t.equal(response.statusCode, 204)
      t.equal(response.headers['x-auth-user-id'], account.id)
    })

    await t.test('refuses no token, a bad one, and one whose session has ended, and names nobody', async (t) => {
      const ended = await signIn(app, account)
      t.equal((await check(app, bearer(ended.accessToken))).statusCode, 204)
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(ended.accessToken) })

      isTokenMissing(t, await check(app))
      for (const headers of [bearer('nonsense'), bearer(ended.accessToken), { cookie: `access_token=${ended.accessToken}` }, bearer(ended.refreshToken)]) {
        const response = await check(app, headers)
        isTokenInvalid(t, response)
        t.same(identityOf(response), {})
      }
    })

    await t.test('?role=admin is 403 forbidden for others, 401 without a token, and 204 for admins', async (t) => {
      const admin = await signInAdmin(app)
      const refusal = await check(app, bearer(accessToken), '?role=admin')

      t.equal(refusal.statusCode, 403)
      t.match(refusal.json(), { status: 'fail', code: 'forbidden' })
      t.same(identityOf(refusal), {})
      isTokenMissing(t, await check(app, {}, '?role=admin'))
      t.match(identityOf(await check(app, bearer(admin.accessToken), '?role=admin')), { 'x-auth-role': 'admin' })
    })

    await t.test('?role=user is for everybody who is signed in', async (t) => {
      const admin = await signInAdmin(app)
      t.equal((await check(app, bearer(accessToken), '?role=user')).statusCode, 204)
      t.equal((await check(app, bearer(admin.accessToken), '?role=user')).statusCode, 204)
    })

    await t.test('a query that is mistyped lets nobody in: 400', async (t) => {
      for (const query of ['?role=Admin', '?role=', '?rol=admin', '?Role=admin', '?role=user&role=admin', '?role[]=admin']) {
        const response = await check(app, bearer(accessToken), query)
        t.equal(response.statusCode, 400, query)
        t.same(identityOf(response), {})
      }
    })

    await t.test('goes by the role of the moment', async (t) => {
      const grace = await createUser(app)
      const signedIn = await signIn(app, grace)
      await check(app, bearer(signedIn.accessToken))
      const { statusCode } = await (await signInAdmin(app)).ask('PATCH', `/api/users/${grace.id}`, { payload: { role: 'admin' } })

      t.equal(statusCode, 200)
      t.equal((await check(app, bearer(signedIn.accessToken), '?role=admin')).statusCode, 204)
    })

    await t.test('an address that no header can hold comes percent-encoded', async (t) => {
      const odd = await createUser(app)
      const signedIn = await signIn(app, odd)
      await app.sql`update users set email = ${`ädä\r\nx-auth-role: admin ${odd.id}`}, version = version + 1, updated_at = now() where id = ${odd.id}`
      await app.copies.sweep()
      const response = await check(app, bearer(signedIn.accessToken))

      t.equal(response.statusCode, 204)
      t.equal(response.headers['x-auth-email'], `%C3%A4d%C3%A4%0D%0Ax-auth-role:%20admin%20${odd.id}`)
      t.equal(response.headers['x-auth-role'], 'user')
    })

    await t.test('is a GET that changes nothing: whatever page sent it, it is answered', async (t) => {
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-mode': 'navigate' }]) {
        const response = await check(app, { ...bearer(accessToken), ...headers })
        t.equal(response.statusCode, 204)
        t.equal(response.headers['access-control-allow-origin'], undefined)
      }
    })
  })

  await t.test('503 with Retry-After, and no identity, where no store can say', { skip: leftOut }, async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } })
    const { accessToken } = await signIn(app, await createUser(app))
    await Promise.all([postgres.kill(), redis.kill()])
    const response = await eventually(async () => await check(app, bearer(accessToken)), ({ statusCode }) => statusCode !== 204, { within: 10_000 })

    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^[1-9]\d*$/)
    t.same(identityOf(response), {})
  })
})
