import { rm } from 'node:fs/promises'
import t from 'tap'
import { gatehouse } from '../../src/index.js'
import { clientOf, optionsFor, otherStores, somebodysApp } from '../helpers/host.js'
import { purposes } from '../../src/lib/keys.js'
import { putKey } from '../helpers/keys.js'
import { privateFolder } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer } from '../helpers/users.js'

t.test('two of them in one process', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const first = await optionsFor(stores)
    const keysDir = await privateFolder()
    t.teardown(async () => await rm(keysDir, { recursive: true }))
    for (const purpose of purposes) await putKey(keysDir, purpose, 1, new Date(Date.now() - 3_600_000))
    const second = await optionsFor(await otherStores(stores), { keysDir })

    await t.test('in two scopes of one app, know nothing of each other\'s users, keys and sessions', async (t) => {
      const host = somebodysApp(t)
      for (const [name, options] of [['staff', first], ['shop', { ...second, cookiePrefix: 'shop_' }]] as const) {
        await host.register(async (scope) => {
          await scope.register(gatehouse, { prefix: `/${name}`, ...options })
          scope.get(`/${name}/mine`, { onRequest: scope.authenticate }, async ({ identity }) => identity.user.email)
        })
      }
      const staff = clientOf(host, '/staff')
      const shop = clientOf(host, '/shop')
      await staff.register()
      t.equal((await shop.send('POST', '/auth/login', staff.account)).statusCode, 401, 'no user of the other')
      await shop.register()
      const tokens = { staff: (await staff.logIn()).json().access_token, shop: (await shop.logIn()).json().access_token }
      const ask = async (name: string, token: string) => await host.inject({ url: `/${name}/mine`, headers: bearer(token) })

      t.equal((await ask('staff', tokens.staff)).body, staff.account.email)
      t.equal((await ask('shop', tokens.shop)).body, shop.account.email)
      t.equal((await ask('staff', tokens.shop)).statusCode, 401)
      t.equal((await ask('shop', tokens.staff)).statusCode, 401)
      const kids = await Promise.all(['staff', 'shop'].map(async (name) => (await host.inject(`/${name}/.well-known/jwks.json`)).json().keys[0].kid))
      t.not(kids[0], kids[1])
      t.match((await shop.logIn('cookie')).cookies.map(({ name }) => name), ['shop_access_token', 'shop_refresh_token', 'shop_logged_in'])
    })

    await t.test('one inside the scope of the other: neither takes whom the other let through', async (t) => {
      const host = somebodysApp(t)
      await host.register(gatehouse, { prefix: '/outer', ...first })
      await host.register(async (scope) => {
        await scope.register(gatehouse, { prefix: '/inner', ...second })
        scope.get('/inner/mine', { onRequest: scope.authenticate }, async ({ identity }) => identity.user.email)
        scope.get('/mixed', { onRequest: [host.authenticate, scope.requireRole('user')] }, async () => 'never')
      })
      const outer = clientOf(host, '/outer')
      const inner = clientOf(host, '/inner')
      await outer.register()
      await inner.register()
      const innerToken = (await inner.logIn()).json().access_token
      const outerToken = (await outer.logIn()).json().access_token

      t.equal((await host.inject({ url: '/inner/mine', headers: bearer(innerToken) })).body, inner.account.email)
      t.equal((await host.inject({ url: '/inner/mine', headers: bearer(outerToken) })).statusCode, 401)
      t.equal((await host.inject({ url: '/mixed', headers: bearer(outerToken) })).statusCode, 401)
    })

    await t.test('in two apps, one goes on when the other is closed', async (t) => {
      const [one, other] = [somebodysApp(t), somebodysApp(t)]
      await one.register(gatehouse, first)
      await other.register(gatehouse, second)
      const client = clientOf(other)
      await one.inject('/api/healthchecker')
      await one.close()
      t.equal((await client.register()).statusCode, 200)
      t.equal((await client.logIn()).statusCode, 200)
    })
  })
})
