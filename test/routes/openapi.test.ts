import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { codes } from '../../src/errors.js'
import { eventTypes } from '../../src/lib/event.js'
import type { Document, Operation } from '../../src/lib/openapi/document.js'
import { startApp } from '../helpers/app.js'
import { endpointsOf } from '../helpers/endpoints.js'
import { forEveryStore } from '../helpers/stores.js'

const redocly = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url))
const settings = { PUBLIC_URL: 'https://auth.gatehouse.dev', COOKIE_PREFIX: '__Host-', PASSWORD_MIN_LENGTH: '15' }

t.test('GET /openapi.json', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, settings)
    const response = await app.inject('/openapi.json')
    const document = response.json<Document>()
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ endpoint: `${method.toUpperCase()} ${path}`, operation })))
    const operation = (endpoint: string) => operations.find((each) => each.endpoint === endpoint)?.operation as Operation

    await t.test('answers an OpenAPI document of this server that may be cached for 300 seconds', async (t) => {
      t.equal(response.statusCode, 200)
      t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
      t.equal(response.headers['cache-control'], 'public, max-age=300')
      t.match(document, { openapi: /^3\.1\./, info: { title: 'Gatehouse' }, servers: [{ url: settings.PUBLIC_URL }] })
    })

    await t.test('tells of every route and of no other', async (t) => {
      t.same(operations.map(({ endpoint }) => endpoint.replace(/\{(\w+)\}/g, ':$1')).sort(), endpointsOf(app))
    })

    for (const { endpoint, operation: { operationId, summary, tags, responses } } of operations) {
      await t.test(`${endpoint} has what a reader and a generated client need`, async (t) => {
        t.match(operationId, /^[a-z][a-zA-Z]+$/)
        t.match(summary, /^\S.*[^.]$/)
        t.equal(tags.length, 1)
        t.ok(document.tags.some(({ name }) => name === tags[0]), 'its tag is described')
        t.ok(Object.keys(responses).some((status) => /^[23]/.test(status)), 'it can succeed')
        t.ok('500' in responses || '503' in responses, 'it can fail')
      })
    }

    await t.test('names shapes once, and refers to them', async (t) => {
      const names = Object.keys(document.components.schemas)
      const referred = new Set(response.body.match(/(?<="#\/components\/)[\w.]+\/[^"]+/g))
      for (const name of ['User', 'UserForAdmins', 'Tokens', 'Session', 'Event', 'EventType', 'Overview', 'ListedKeys', 'Role', 'Failure', 'FailureCode']) t.ok(names.includes(name), name)
      for (const [kind, parts] of Object.entries(document.components)) {
        for (const name of Object.keys(parts)) t.ok(kind === 'securitySchemes' || referred.has(`${kind}/${name}`), `${kind}/${name} is used`)
      }
    })

    await t.test('lists every code and every type of event', async (t) => {
      t.same(document.components.schemas.FailureCode?.enum, codes)
      t.same(document.components.schemas.EventType?.enum, eventTypes)
    })

    await t.test('says whose tokens open a route', async (t) => {
      t.same(operation('POST /api/auth/login').security, [])
      t.same(operation('GET /api/users/me').security, [{ bearer: [] }, { cookie: [] }])
      t.same(operation('GET /api/users').security, [{ bearer: ['admin'] }, { cookie: ['admin'] }])
      t.match(document.components.securitySchemes, { bearer: { scheme: 'bearer' }, cookie: { in: 'cookie', name: '__Host-access_token' } })
    })

    await t.test('says what this server was set to', async (t) => {
      const body = operation('POST /api/auth/register').requestBody?.content['application/json']?.schema
      t.match(body, { properties: { password: { minLength: 15, maxLength: 256 } } })
    })

    await t.test('holds no word that is ours alone', async (t) => {
      t.notMatch(response.body, /"(normalize|passwordFloor|composedMinLength|composedMaxLength|means|~\w+)":/)
    })

    await t.test('passes the strict rules of redocly', async (t) => {
      // The link of a mail leads on, and has no 2XX.
      const folder = t.testdir({ 'redocly.yaml': 'extends: [recommended-strict]\nrules: { operation-2xx-response: off }\n' })
      await writeFile(join(folder, 'openapi.json'), response.body)
      const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' }
      const lint = await promisify(execFile)(process.execPath, [redocly, 'lint', 'openapi.json'], { cwd: folder, env }).catch((error) => error)
      t.equal(lint.code ?? 0, 0, 'no error', { output: `${lint.stdout}${lint.stderr}` })
    })
  })
})
