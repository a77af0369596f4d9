import t from 'tap'
import type { InjectOptions } from 'fastify'
import { startApp } from './helpers/app.js'
import { endpointsOf } from './helpers/endpoints.js'
import { forEveryStore } from './helpers/stores.js'

/** Every endpoint that answers without a token. A line here is a decision. */
const open = [
  'GET /.well-known/jwks.json',
  'GET /.well-known/oauth-authorization-server',
  'GET /api/auth/verify-email',
  'GET /api/healthchecker',
  'GET /docs',
  'GET /health/live',
  'GET /health/ready',
  'GET /openapi.json',
  'POST /api/auth/forgot-password',
  'POST /api/auth/login',
  'POST /api/auth/register',
  'POST /api/auth/reset-password',
  'POST /api/auth/verify-email'
]

/** These ask for a token too, and judge it by rules of their own. */
const judgingThemselves = [
  'GET /api/auth/logout',
  'GET /api/auth/refresh',
  'POST /api/auth/logout',
  'POST /api/auth/refresh'
]

/** These ask a machine for its secret, and judge no token but the one in the body. */
const forMachines = [
  'POST /api/auth/introspect',
  'POST /api/auth/revoke'
]

t.test('access', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const endpoints = endpointsOf(app)
    const ask = async (endpoint: string, headers = {}) => {
      const [method, url = ''] = endpoint.split(' ')
      return await app.inject({ method: method as NonNullable<InjectOptions['method']> & 'GET', url: url.replace(/:\w+/g, '00000000-0000-4000-8000-000000000000'), headers })
    }

    await t.test('the endpoints that answer without a token are these and no others', async (t) => {
      const answers = await Promise.all(endpoints.map(async (endpoint) => ({ endpoint, statusCode: (await ask(endpoint)).statusCode })))

      t.same(answers.filter(({ statusCode }) => statusCode !== 401).map(({ endpoint }) => endpoint), open)
      t.same([...open, ...judgingThemselves, ...forMachines].filter((endpoint) => !endpoints.includes(endpoint)), [], 'each of them is there')
    })

    for (const endpoint of forMachines) {
      await t.test(`${endpoint} refuses a request without a secret, and any token, with 401 invalid_client`, async (t) => {
        for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: 'Basic bm9uc2Vuc2U6' }]) {
          const response = await ask(endpoint, headers)

          t.equal(response.statusCode, 401)
          t.match(response.json(), { status: 'fail', code: 'invalid_client' })
          t.match(response.headers['www-authenticate'], /^Basic\b/)
        }
      })
    }

    for (const endpoint of endpoints.filter((endpoint) => !open.includes(endpoint) && !forMachines.includes(endpoint))) {
      await t.test(`${endpoint} refuses a request without a token with 401 token_missing`, async (t) => {
        const response = await ask(endpoint)

        t.equal(response.statusCode, 401)
        t.match(response.json(), { status: 'fail', code: 'token_missing' })
        t.equal(response.headers['www-authenticate'], 'Bearer')
      })

      if (endpoint.endsWith('/refresh')) continue
      await t.test(`${endpoint} refuses a bad token with 401 token_invalid, before it reads a body`, async (t) => {
        const response = await ask(endpoint, { authorization: 'Bearer nonsense' })

        t.equal(response.statusCode, 401)
        t.match(response.json(), { status: 'fail', code: 'token_invalid' })
        t.equal(response.headers['www-authenticate'], 'Bearer error="invalid_token"')
      })
    }

    for (const endpoint of open) {
      await t.test(`${endpoint} passes over a bad token`, async (t) => {
        t.not((await ask(endpoint, { authorization: 'Bearer nonsense' })).statusCode, 401)
      })
    }
  })
})
