import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { signInAdmin } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { identityOf, startApplication, type Reached } from '../helpers/application.js'
import { nginxLeftOut, privateNginx } from '../helpers/nginx.js'
import { claimsOf } from '../helpers/sessions.js'
import { pageOf, runInBash, statusesOf, stepsOf, storyOf } from '../helpers/snippets.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const forged = {
  'x-auth-user-id': '00000000-0000-4000-8000-000000000000',
  'X-Auth-Role': 'admin',
  'x-auth-session-id': 'forged',
  'x-auth-email': 'root@example.com',
  x_auth_user_id: 'forged',
  X_Auth_Role: 'admin'
}

t.test('examples/nginx', { skip: nginxLeftOut }, async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.name !== 'embedded') return t.pass('nginx knows nothing of stores')
    const app = await startApp(t, stores, { TRUST_PROXY: '127.0.0.1' })
    const gatehouse = await app.listen({ port: 0, host: '127.0.0.1' })
    const { url: origin } = await privateNginx(t, { gatehouse, application: await startApplication(t) })

    const account = await createUser(app)
    const cookies = (accessToken: string) => ({ cookie: `access_token=${accessToken}` })
    const ask = async (path: string, headers: Record<string, string> = {}, options: RequestInit = {}) =>
      await fetch(`${origin}${path}`, { redirect: 'manual', headers, ...options })
    const reached = async (response: Response) => await response.json() as Reached

    await t.test('a page opens for the signed-in, by cookie and by Bearer, and the application is told who that is', async (t) => {
      const { accessToken } = await signIn(app, account)
      for (const headers of [cookies(accessToken), bearer(accessToken), { ...cookies(accessToken), ...page }]) {
        const response = await ask('/orders?sort=date', headers)

        t.equal(response.status, 200)
        const found = await reached(response)
        t.equal(found.url, '/orders?sort=date')
        t.same(identityOf(found), {
          'x-auth-email': account.email, 'x-auth-role': 'user', 'x-auth-session-id': claimsOf(accessToken).sid, 'x-auth-user-id': account.id
        })
      }
    })

    await t.test('a program that is not signed in gets 401 and a challenge', async (t) => {
      for (const headers of [{}, bearer('nonsense'), { cookie: 'access_token=nonsense' }]) {
        const response = await ask('/orders', headers)

        t.equal(response.status, 401)
        t.match(response.headers.get('www-authenticate'), /^Bearer/)
        t.notMatch(await response.text(), /headers/, 'the application was not asked')
      }
    })

    await t.test('a browser that is not signed in is led to the sign-in page, which is open', async (t) => {
      const response = await ask('/orders?sort=date', page)

      t.equal(response.status, 302)
      t.equal(new URL(response.headers.get('location') ?? '', origin).href, `${origin}/sign-in?return_to=/orders?sort=date`)
      t.equal((await ask('/sign-in?return_to=/orders', page)).status, 200)
    })

    await t.test('closes at log-out', async (t) => {
      const { accessToken } = await signIn(app, account)
      t.equal((await ask('/orders', cookies(accessToken))).status, 200)

      t.equal((await ask('/api/auth/logout', cookies(accessToken), { method: 'POST' })).status, 200)
      t.equal((await ask('/orders', cookies(accessToken))).status, 401)
      t.equal((await ask('/orders', bearer(accessToken))).status, 401)
    })

    await t.test('what a client says it is does not pass', async (t) => {
      const { accessToken } = await signIn(app, account)
      const found = await reached(await ask('/orders', { ...forged, ...bearer(accessToken) }))

      t.same(Object.keys(identityOf(found)), ['x-auth-email', 'x-auth-role', 'x-auth-session-id', 'x-auth-user-id'])
      t.match(identityOf(found), { 'x-auth-user-id': account.id, 'x-auth-role': 'user', 'x-auth-email': account.email })
      t.equal((await ask('/orders', forged)).status, 401)
      t.equal((await ask('/admin', { ...forged, ...bearer(accessToken) })).status, 403)
      t.same(identityOf(await reached(await ask('/sign-in', forged))), {}, 'nor to what is open')
    })

    await t.test('/admin opens for administrators alone, however it is spelled', async (t) => {
      const { accessToken } = await signIn(app, account)
      const admin = await signInAdmin(app)
      for (const path of ['/admin', '/admin/users', '/ADMIN', '//admin', '/%61dmin', '/x/../admin', '/admin;x', '/admin?role=user']) {
        t.equal(await statusOfRaw(origin, path, bearer(accessToken)), 403, path)
        t.equal(await statusOfRaw(origin, path, bearer(admin.accessToken)), 200, path)
        t.equal(await statusOfRaw(origin, path, {}), 401, path)
      }
    })

    await t.test('what asks Gatehouse is not open to the outside', async (t) => {
      for (const path of ['/_gatehouse/user', '/_gatehouse/admin', '/_gatehouse/']) t.equal((await ask(path)).status, 404, path)
    })

    await t.test('a body reaches the application whole', async (t) => {
      const { accessToken } = await signIn(app, account)
      const body = 'x'.repeat(100_000)
      const found = await reached(await ask('/orders', bearer(accessToken), { method: 'POST', body }))

      t.equal(found.method, 'POST')
      t.equal(found.body, body)
    })

    await t.test("the application's own 401 and 500 pass as they are", async (t) => {
      const { accessToken } = await signIn(app, account)
      for (const [path, status] of [['/picky', 401], ['/broken', 500]] as const) {
        const response = await ask(path, { ...bearer(accessToken), ...page })
        t.equal(response.status, status)
        t.equal((await reached(response)).url, path)
      }
    })

    await t.test('Gatehouse sees the address of the caller, not what the caller says it is', async (t) => {
      const { accessToken } = await signIn(app, account)
      const login = httpRequest(`${origin}/api/auth/login`, {
        method: 'POST', localAddress: '127.0.0.2', headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.1' }
      }).end(JSON.stringify({ email: account.email, password: account.password }))
      const [response] = await once(login, 'response')
      response.resume()

      t.equal(response.statusCode, 200)
      const { data } = (await app.inject({ url: '/api/sessions', headers: bearer(accessToken) })).json()
      t.ok(data.sessions.some(({ ip }: { ip: string }) => ip === '127.0.0.2'))
      t.notOk(data.sessions.some(({ ip }: { ip: string }) => ip === '198.51.100.1'))
    })

    await t.test('the story of docs/behind-a-proxy.md prints what it says', async (t) => {
      const story = storyOf(await pageOf('docs/behind-a-proxy.md'), 'proxy')
      const folder = await mkdtemp(join(tmpdir(), 'gatehouse-proxy-'))
      t.teardown(async () => await rm(folder, { recursive: true, force: true }))
      const { output, exitCode } = await runInBash(story.replaceAll('http://localhost:8080', origin), folder)

      t.equal(exitCode, 0, 'no command fails', { output })
      t.same(stepsOf(story).map(({ status }) => status), [200, 200, 200, 401, 302, 200, 401])
      t.same(statusesOf(output), stepsOf(story).map(({ status }) => status), 'each command prints the status above it', { output })
    })

    await t.test('while Gatehouse is away nobody gets in, and nobody is sent to sign in: 503 with Retry-After', async (t) => {
      const { accessToken } = await signIn(app, account)
      await app.close()
      for (const headers of [{ ...cookies(accessToken), ...page }, bearer(accessToken), {}]) {
        const response = await ask('/orders', headers)

        t.equal(response.status, 503)
        t.equal(response.headers.get('retry-after'), '1')
        t.notMatch(await response.text(), /headers/)
      }
    })
  })
})

/** The status of a path that is sent as it is written. */
async function statusOfRaw (origin: string, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(origin)
  const [response] = await once(httpRequest({ hostname, port, path, headers }).end(), 'response')
  response.resume()
  return response.statusCode
}
