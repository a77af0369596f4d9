import { request } from 'node:http'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

t.test('duplicated headers', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { accessToken } = await signIn(app, await createUser(app))

    const ask = async (...headers: string[]) => {
      const { port } = app.server.address() as AddressInfo
      const asking = request({ port, host: '127.0.0.1', path: '/api/users/me', headers })
      asking.end()
      const [answer] = await once(asking, 'response') as [IncomingMessage]
      return { statusCode: answer.statusCode, ...JSON.parse((await answer.toArray()).join('')) }
    }

    for (const [what, ...headers] of [
      ['two Hosts', 'Host', 'localhost', 'Host', 'localhost'],
      ['two Hosts in other case', 'host', 'a', 'HOST', 'b'],
      ['two Authorization headers', 'Host', 'a', 'Authorization', `Bearer ${accessToken}`, 'Authorization', `Bearer ${accessToken}`],
      ['a Basic and a Bearer', 'Host', 'a', 'Authorization', 'Basic YTpi', 'authorization', `Bearer ${accessToken}`]
    ] as Array<[string, ...string[]]>) {
      await t.test(`${what}: 400 malformed_request, although the token is good`, async (t) => {
        t.match(await ask(...headers), { statusCode: 400, status: 'fail', code: 'malformed_request' })
      })
    }

    await t.test('one of each is fine, and so are two Cookie headers', async (t) => {
      t.match(await ask('Host', 'a', 'Authorization', `Bearer ${accessToken}`), { statusCode: 200 })
      t.match(await ask('Host', 'a', 'Cookie', 'a=b', 'Cookie', `access_token=${accessToken}`), { statusCode: 200 })
    })
  })
})
