import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import type { ListedKeys } from '../../../src/schemas.js'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { cookie } from '../../helpers/cookies.js'
import { pemOf, privateKeysDir, putKey } from '../../helpers/keys.js'
import { forEveryStore } from '../../helpers/stores.js'
import { askWho, createUser, signIn } from '../../helpers/users.js'

const base64 = (pem: string) => Buffer.from(pem).toString('base64')
const files = async (keysDir: string) => (await Promise.all(['access', 'refresh'].map(async (purpose) => await readdir(join(keysDir, purpose))))).flat()
const statesOf = ({ keys }: ListedKeys) => keys.map(({ purpose, state }) => `${purpose} ${state}`)

t.test('POST /api/keys', async (t) => {
  await forEveryStore(t, async (t, { settings: { REDIS_URL, ...settings } }) => {
    /** One node alone, with keys of its own. */
    async function start (t: Test, more: Record<string, string> = {}, options = {}) {
      const keysDir = await privateKeysDir()
      const app = await startApp(t, { settings }, { KEYS_DIR: keysDir, ...more }, options)
      return { app, keysDir, admin: await signInAdmin(app) }
    }
    const published = async (app: FastifyInstance) => (await app.inject('/.well-known/jwks.json')).json().keys.length

    await t.test('makes the keys that sign next, lists them at once, and logs who did it', async (t) => {
      const lines: string[] = []
      const stream = new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } })
      const { app, keysDir, admin } = await start(t, {}, { logger: { level: 'info', stream } })
      const before = Date.now()
      const response = await admin.ask('POST', '/api/keys')

      t.equal(response.statusCode, 200)
      const { data } = response.json() as { data: ListedKeys }
      t.same(statesOf(data), ['access next', 'access current', 'refresh next', 'refresh current'])
      t.equal(data.rotation, 'under_way')
      for (const { signsFrom, createdAt } of data.keys.filter(({ state }) => state === 'next')) {
        t.equal(Date.parse(signsFrom ?? '') - Date.parse(createdAt ?? ''), 310_000)
        t.ok(Date.parse(createdAt ?? '') > before - 1000)
      }
      t.equal(await published(app), 2)
      t.equal((await files(keysDir)).filter((file) => file.endsWith('.pem')).length, 4)

      const kids = data.keys.filter(({ state }) => state === 'next').map(({ kid }) => kid)
      const logged = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'keys rotated')
      t.match(logged, { by: admin.id, kids })
      t.equal((await askWho(app, admin.accessToken)).statusCode, 200, 'nobody is signed out')
    })

    await t.test('refuses with 409 rotation_under_way while a key waits to sign, also one that was made by hand just now', async (t) => {
      const { keysDir, admin } = await start(t)
      await putKey(keysDir, 'refresh', 1, new Date())
      const response = await admin.ask('POST', '/api/keys')

      t.equal(response.statusCode, 409)
      t.match(response.json(), { status: 'fail', code: 'rotation_under_way' })
      t.equal((await files(keysDir)).length, 3)
    })

    await t.test('of many at once, one wins', async (t) => {
      const { keysDir, admin } = await start(t)
      const answers = await Promise.all(Array.from({ length: 5 }, async () => await admin.ask('POST', '/api/keys')))

      t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 409, 409, 409, 409])
      t.same([...new Set(answers.map((answer) => answer.json().code))].sort(), ['rotation_under_way', undefined])
      t.equal((await files(keysDir)).length, 4)
      t.equal((await admin.ask('POST', '/api/keys')).json().code, 'rotation_under_way', 'and afterwards none')
    })

    const environment = { ACCESS_TOKEN_PRIVATE_KEY: base64(pemOf('access', 0)), REFRESH_TOKEN_PRIVATE_KEY: base64(pemOf('refresh', 0)) }
    for (const [where, more, remedy] of [
      ['from the environment', environment, /ACCESS_TOKEN_PRIVATE_KEY/],
      ...(REDIS_URL === undefined ? [] : [['shared with other nodes', { REDIS_URL }, /`gatehouse keys rotate`/] as const])
    ] as const) {
      await t.test(`refuses with 409 keys_elsewhere where keys are ${where}, and says what to do`, async (t) => {
        const { keysDir, admin } = await start(t, more)
        const response = await admin.ask('POST', '/api/keys')

        t.equal(response.statusCode, 409)
        t.match(response.json(), { status: 'fail', code: 'keys_elsewhere', message: remedy })
        t.equal((await files(keysDir)).length, 2)
      })
    }

    await t.test('refuses with 409 keys_elsewhere where it may not write, and says so before', async (t) => {
      const { keysDir, admin } = await start(t)
      // A folder that is not there takes no file of anybody, not even of root.
      await rename(join(keysDir, 'refresh'), join(keysDir, 'away'))
      t.equal((await admin.ask('GET', '/api/keys')).json().data.rotation, 'elsewhere')
      const response = await admin.ask('POST', '/api/keys')

      t.equal(response.statusCode, 409)
      t.match(response.json(), { status: 'fail', code: 'keys_elsewhere', message: /may not write into KEYS_DIR: run `gatehouse keys rotate`/ })
      t.equal((await readdir(join(keysDir, 'access'))).length, 1)
    })

    await t.test('refuses a page of another site, and who is no administrator', async (t) => {
      const { app, keysDir, admin } = await start(t)
      const headers = { ...cookie(['access_token', admin.accessToken]), origin: 'https://evil.example' }
      const crossSite = await app.inject({ method: 'POST', url: '/api/keys', headers })
      t.equal(crossSite.statusCode, 403)
      t.match(crossSite.json(), { code: 'cross_site_request' })

      const { accessToken } = await signIn(app, await createUser(app))
      const user = await app.inject({ method: 'POST', url: '/api/keys', headers: cookie(['access_token', accessToken]) })
      t.equal(user.statusCode, 403)
      t.match(user.json(), { code: 'forbidden' })
      t.equal((await files(keysDir)).length, 2)
    })
  })
})
