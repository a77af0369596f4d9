import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { signInAdmin } from './helpers/administrators.js'
import { client, startServer } from './helpers/guarded.js'
import { bearer, createUser, signIn } from './helpers/users.js'
import { leftOut, servicesFor } from './helpers/services.js'
import { pageOf, pathsOn } from './helpers/snippets.js'

const page = await pageOf('docs/another-service.md')

t.test('docs/another-service.md', async (t) => {
  t.test('names files that are there', async (t) => {
    for (const path of pathsOn(page)) t.ok(existsSync(new URL(`../${path}`, import.meta.url)), path)
  })

  t.test('its service does what it says', { skip: leftOut }, async (t) => {
    const { postgres, redis } = await servicesFor(t)
    const { server, url } = await startServer(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } })
    Object.assign(process.env, { AUTH_ISSUER: server.config.publicUrl, AUTH_URL: url, REDIS_URL: redis.url, CLIENT_SECRET: client.clientSecret, PORT: '0' })
    const [, snippet = ''] = /<!-- snippet: guard -->\s+```js\n(.*?)```/s.exec(page) ?? []
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-snippet-'))
    t.teardown(async () => await rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'app.mjs'), snippet
      .replace("'fastify'", JSON.stringify(import.meta.resolve('fastify')))
      .replace("'gatehouse/guard'", JSON.stringify(new URL('../src/guard/guard.ts', import.meta.url).href)))

    const { app } = await import(join(folder, 'app.mjs')) as { app: FastifyInstance }
    t.teardown(async () => await app.close())
    const account = await createUser(server)
    const [ada, admin] = [await signIn(server, account), await signInAdmin(server)]
    const ask = async (method: 'GET' | 'DELETE', token?: string) => await app.inject({ method, url: '/orders', headers: token === undefined ? {} : bearer(token) })

    t.same((await ask('GET', ada.accessToken)).json(), { ordersOf: account.email })
    t.equal((await ask('GET')).statusCode, 401)
    t.equal((await ask('DELETE', ada.accessToken)).statusCode, 403)
    t.equal((await ask('DELETE', admin.accessToken)).statusCode, 200)
  })
})
