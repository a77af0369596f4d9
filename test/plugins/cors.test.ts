import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

const client = 'https://app.example.com'
const other = 'https://other.example.com'

t.test('CORS', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { CLIENT_ORIGINS: `${client}, ${other}` })
    const preflight = async (origin: string, url = '/api/auth/login', headers = {}) =>
      await app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST', ...headers } })

    for (const origin of [client, other]) {
      await t.test(`allows ${origin}, with credentials`, async (t) => {
        const { headers } = await app.inject({ url: '/api/healthchecker', headers: { origin } })

        t.equal(headers['access-control-allow-origin'], origin)
        t.equal(headers['access-control-allow-credentials'], 'true')
        t.match(headers.vary, /\bOrigin\b/i)
      })

      await t.test(`answers a preflight of ${origin}`, async (t) => {
        const response = await preflight(origin, '/api/auth/login', { 'access-control-request-headers': 'content-type, authorization' })

        t.equal(response.statusCode, 204)
        t.equal(response.headers['access-control-allow-origin'], origin)
        t.equal(response.headers['access-control-allow-credentials'], 'true')
        t.match(response.headers['access-control-allow-headers'], /authorization/)
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) t.match(response.headers['access-control-allow-methods'], method)
      })

      await t.test(`lets ${origin} read refusals and their headers`, async (t) => {
        for (const url of ['/api/users/me', '/nowhere']) {
          const { headers } = await app.inject({ url, headers: { origin } })
          t.equal(headers['access-control-allow-origin'], origin)
          for (const name of ['x-request-id', 'retry-after', 'www-authenticate']) t.match(headers['access-control-expose-headers'], name)
        }
      })
    }

    for (const origin of ['https://evil.example', `${client}.evil.example`, 'http://app.example.com', 'null', '*', 'https://APP.example.com']) {
      await t.test(`allows ${origin} nothing: never an echo, never *`, async (t) => {
        const { headers } = await app.inject({ url: '/api/healthchecker', headers: { origin } })
        t.equal(headers['access-control-allow-origin'], undefined)

        const refusal = await preflight(origin)
        t.equal(refusal.statusCode, 403)
        t.match(refusal.json(), { code: 'cross_site_request' })
        t.equal(refusal.headers['access-control-allow-origin'], undefined)
      })
    }

    await t.test('an OPTIONS that is no preflight is an unknown method: 404 not_found', async (t) => {
      for (const headers of [{}, { origin: client }, { 'access-control-request-method': 'POST' }]) {
        const response = await app.inject({ method: 'OPTIONS', url: '/api/auth/login', headers })

        t.equal(response.statusCode, 404)
        t.match(response.json(), { status: 'fail', code: 'not_found' })
      }
    })
  })
})
