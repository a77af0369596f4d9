import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import newman from 'newman'
import t from 'tap'
import { startApp } from './helpers/app.js'
import { forEveryStore } from './helpers/stores.js'

const routes = [
  'GET /api/healthchecker',
  'GET /health/live',
  'GET /health/ready',
  'POST /api/auth/register',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'GET /api/auth/refresh',
  'POST /api/auth/logout',
  'GET /api/auth/logout',
  'GET /api/users/me',
  'GET /.well-known/jwks.json'
]

const run = promisify(newman.run)
const exported = (name: string) => fileURLToPath(new URL(`../postman/gatehouse.postman_${name}.json`, import.meta.url))

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores, { RATE_LIMITS: 'on' })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })

  const { run: { executions, failures } } = await run({
    collection: exported('collection'),
    environment: exported('environment'),
    envVar: [{ key: 'baseUrl', value: origin }],
    reporters: []
  })

  t.test('every assertion of the collection holds', async (t) => {
    for (const { item, assertions = [] } of executions) {
      t.ok(assertions.some(({ skipped }) => !skipped), `${item.name} (${assertions.length} assertions)`)
    }
    for (const { source, error } of failures) {
      t.fail(`${source?.name ?? 'collection'}: ${error.test ?? error.name}: ${error.message}`)
    }
  })

  t.test('the collection covers every route', async (t) => {
    const requested = new Set(executions.map(({ request }) => `${request.method} ${request.url.getPath()}`))

    for (const route of routes) t.ok(requested.has(route), route)
  })
})
