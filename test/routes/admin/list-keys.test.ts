import t from 'tap'
import { putKey, pemOf, privateKeysDir } from '../../helpers/keys.js'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'

const base64 = (pem: string) => Buffer.from(pem).toString('base64')
const inEnvironment = { ACCESS_TOKEN_PRIVATE_KEY: base64(pemOf('access', 0)), REFRESH_TOKEN_PRIVATE_KEY: base64(pemOf('refresh', 0)) }
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

t.test('GET /api/keys', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    await t.test('lists the keys, what each is for, whether it signs and when, and nothing private', async (t) => {
      const keysDir = await privateKeysDir()
      const now = Math.floor(Date.now() / 1000)
      const [retired, current, next] = [now - 3600, now - 1000, now - 10]
      await Promise.all([current, next].map(async (at, place) => await putKey(keysDir, 'access', place + 1, new Date(at * 1000))))
      const app = await startApp(t, stores, { KEYS_DIR: keysDir })
      const response = await (await signInAdmin(app)).ask('GET', '/api/keys')

      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'no-store')
      const { status, data: { keys, rotation, ...rest } } = response.json()
      t.same([status, rest], ['success', {}])
      t.equal(rotation, stores.name === 'embedded' ? 'under_way' : 'elsewhere')

      const published = (await app.inject('/.well-known/jwks.json')).json().keys.map(({ kid }: { kid: string }) => kid)
      t.same(keys.slice(0, 3).map(({ kid }: { kid: string }) => kid), published)
      t.same(keys.map(({ kid, ...key }: { kid: string }) => key), [
        { purpose: 'access', state: 'next', createdAt: iso(next), signsFrom: iso(next + 310), outlivedAt: null },
        { purpose: 'access', state: 'current', createdAt: iso(current), signsFrom: iso(current + 310), outlivedAt: iso(next + 310 + 900 + 5) },
        { purpose: 'access', state: 'retired', createdAt: keys[2].createdAt, signsFrom: keys[2].createdAt, outlivedAt: iso(current + 310 + 900 + 5) },
        { purpose: 'refresh', state: 'current', createdAt: keys[3].createdAt, signsFrom: keys[3].createdAt, outlivedAt: null }
      ])
      for (const { createdAt } of keys.slice(2)) t.ok(Math.abs(Date.parse(createdAt) / 1000 - retired) <= 2)
      t.notMatch(response.body, /PRIVATE|"(d|p|q|dp|dq|qi|n|jwk|path)":/)
    })

    await t.test('says that keys can be rotated where this server alone makes them', async (t) => {
      const admin = await signInAdmin(await startApp(t, stores))
      t.equal((await admin.ask('GET', '/api/keys')).json().data.rotation, stores.name === 'embedded' ? 'possible' : 'elsewhere')
    })

    await t.test('knows no times of keys that came from the environment, which are not made here', async (t) => {
      const admin = await signInAdmin(await startApp(t, stores, inEnvironment))
      const { keys, rotation } = (await admin.ask('GET', '/api/keys')).json().data
      t.equal(rotation, 'elsewhere')
      t.same(keys.map(({ kid, ...key }: { kid: string }) => key), ['access', 'refresh'].map((purpose) => ({ purpose, state: 'current', createdAt: null, signsFrom: null, outlivedAt: null })))
    })
  })
})
