import t from 'tap'
import { gatehouse } from '../../src/index.js'
import { clientOf, cookieHeader, optionsFor, ownOrigin, somebodysApp } from '../helpers/host.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer } from '../helpers/users.js'

t.test('routes of the app around Gatehouse', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const host = somebodysApp(t)
    await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores) })
    host.get('/open', async () => 'open')
    host.get('/mine', { onRequest: host.authenticate }, async ({ identity }) => ({ name: identity.user.name, role: identity.role }))
    host.post('/mine', { preHandler: host.authenticate }, async () => 'changed')
    host.get('/staff', { onRequest: [host.authenticate, host.requireRole('admin')] }, async () => 'staff')
    host.get('/forgotten', async ({ identity }) => identity)
    host.get('/role-alone', { onRequest: host.requireRole('user') }, async () => 'never')
    await host.register(async (scope) => {
      scope.get('/scoped', { onRequest: scope.authenticate }, async ({ identity }) => identity.user.name)
    }, { prefix: '/deep' })

    const client = clientOf(host, '/id')
    await client.register()
    const token = (await client.logIn()).json().access_token
    const browser = cookieHeader(await client.logIn('cookie'))
    const ask = async (url: string, headers = {}) => await host.inject({ url, headers })

    await t.test('answer whom they always answered', async (t) => {
      const response = await ask('/open')
      t.same([response.statusCode, response.body], [200, 'open'])
      t.same(Object.keys(response.headers).sort(), ['connection', 'content-length', 'content-type', 'date'], 'no header of ours')
    })

    for (const [way, headers] of [['header', bearer(token)], ['cookie', browser]] as const) {
      await t.test(`know by ${way} who is calling`, async (t) => {
        t.same((await ask('/mine', headers)).json(), { name: 'Ada', role: 'user' })
        t.equal((await ask('/deep/scoped', headers)).body, 'Ada')
      })
    }

    await t.test('refuse nobody and nonsense with 401 and WWW-Authenticate', async (t) => {
      const missing = await ask('/mine')
      t.match(missing.json(), { statusCode: 401, code: 'token_missing' })
      t.equal(missing.headers['www-authenticate'], 'Bearer')
      const invalid = await ask('/mine', bearer('nonsense'))
      t.match(invalid.json(), { statusCode: 401, code: 'token_invalid' })
      t.equal(invalid.headers['www-authenticate'], 'Bearer error="invalid_token"')
      t.notMatch(invalid.body, 'malformed', 'it never says why')
    })

    await t.test('refuse a role that is too low with 403, and a route that forgot authenticate with 401', async (t) => {
      t.match((await ask('/staff', bearer(token))).json(), { statusCode: 403, code: 'forbidden' })
      t.equal((await ask('/staff')).statusCode, 401)
      t.match((await ask('/forgotten', bearer(token))).json(), { statusCode: 401, code: 'token_missing' })
      t.match((await ask('/role-alone', bearer(token))).json(), { statusCode: 401, code: 'token_missing' })
    })

    await t.test('take no cookie that came with a page of another site', async (t) => {
      const post = async (headers: object) => (await host.inject({ method: 'POST', url: '/mine', headers: { ...headers } })).statusCode
      t.equal(await post({ ...browser, origin: ownOrigin }), 200)
      t.equal(await post({ ...browser, origin: 'https://evil.example' }), 403)
      t.equal(await post({ ...browser, 'sec-fetch-site': 'same-site' }), 403)
      t.equal(await post({ ...bearer(token), origin: 'https://evil.example' }), 200, 'no browser adds a Bearer header by itself')
    })

    await t.test('refuse a session as soon as it has ended', async (t) => {
      t.equal((await ask('/mine', browser)).statusCode, 200)
      await client.send('POST', '/auth/logout', {}, browser)
      t.equal((await ask('/mine', browser)).statusCode, 401)
    })
  })
})
