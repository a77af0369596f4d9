import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import newman from 'newman'
import t from 'tap'
import type { Document } from '../src/lib/openapi/document.js'
import { signInAdmin } from './helpers/administrators.js'
import { startApp } from './helpers/app.js'
import { endpointsOf } from './helpers/endpoints.js'
import { machine, withMachine } from './helpers/machines.js'
import { forEveryStore } from './helpers/stores.js'

const run = promisify(newman.run)
const exported = (name: string) => fileURLToPath(new URL(`../postman/gatehouse.postman_${name}.json`, import.meta.url))

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores, { RATE_LIMITS: 'on', ...withMachine })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const admin = await signInAdmin(app)

  const runs = {
    'without an admin': [],
    'with an admin': [
      { key: 'adminEmail', value: admin.email }, { key: 'adminPassword', value: admin.password },
      { key: 'clientId', value: machine.id }, { key: 'clientSecret', value: machine.secret }
    ]
  }

  for (const [title, variables] of Object.entries(runs)) {
    const { run: { executions, failures } } = await run({
      collection: exported('collection'),
      environment: exported('environment'),
      envVar: [{ key: 'baseUrl', value: origin }, ...variables],
      reporters: []
    })

    t.test(`every assertion of the collection holds ${title}`, async (t) => {
      for (const { item, assertions = [] } of executions) {
        t.ok(assertions.some(({ skipped }) => !skipped), `${item.name} (${assertions.length} assertions)`)
      }
      for (const { source, error } of failures) {
        t.fail(`${source?.name ?? 'collection'}: ${error.test ?? error.name}: ${error.message}`)
      }
    })

    t.test(`whoever sends it ${title} is ${variables.length > 0 ? 'one' : 'none'}`, async (t) => {
      const refused = executions.flatMap(({ assertions = [] }) => assertions).some(({ assertion }) => assertion === '403 forbidden for who is no admin')
      t.equal(refused, variables.length === 0)
    })

    const requested = new Set(executions.map(({ request }) => `${request.method} ${request.url.getPath().replace(/[0-9a-f-]{36}/, ':id')}`))

    t.test(`the collection covers every route ${title}`, async (t) => {
      for (const endpoint of endpointsOf(app)) t.ok(requested.has(endpoint), endpoint)
    })

    t.test(`whatever it asks for ${title} is in the document of the API`, async (t) => {
      const { paths } = (await app.inject('/openapi.json')).json<Document>()
      const told = new Set(Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)))

      t.same([...requested].filter((endpoint) => !told.has(endpoint)), ['GET /api/no-such-route', 'DELETE /api/auth/login'], 'but for what is not there')
    })
  }
})
