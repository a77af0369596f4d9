import t from 'tap'
import { startApp } from '../helpers/app.js'
import { newAddress, startLimited, times } from '../helpers/limits.js'
import { asMachine, basic, formType, machine, sendForm, withMachine } from '../helpers/machines.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const routes = ['/api/auth/introspect', '/api/auth/revoke']

t.test('the clients of INTROSPECTION_CLIENTS', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, withMachine)
    const { accessToken } = await signIn(app, await createUser(app))

    for (const url of routes) {
      const strangers: [string, Record<string, string>][] = [
        ['nobody', {}],
        ['a client with a wrong secret', basic(machine.id, 'wrong')],
        ['a client nobody knows', basic('billing', machine.secret)],
        ['a user with a live token', bearer(accessToken)],
        ['a user with a live cookie', { cookie: `access_token=${accessToken}` }]
      ]
      for (const [who, headers] of strangers) {
        await t.test(`POST ${url} answers ${who} with 401 invalid_client and a challenge for Basic`, async (t) => {
          const response = await sendForm(app, url, { token: accessToken }, headers)

          t.equal(response.statusCode, 401)
          t.match(response.json(), { status: 'fail', code: 'invalid_client' })
          t.equal(response.headers['www-authenticate'], 'Basic realm="gatehouse"')
        })
      }

      await t.test(`POST ${url} judges who asks before it reads a body`, async (t) => {
        const response = await app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: '{' })
        t.equal(response.statusCode, 401)
      })

      await t.test(`POST ${url} takes a form and nothing else`, async (t) => {
        for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
          const response = await app.inject({ method: 'POST', url, headers: { ...asMachine, 'content-type': type }, payload: JSON.stringify({ token: accessToken }) })

          t.equal(response.statusCode, 415, type)
          t.match(response.json(), { code: 'unsupported_media_type', message: /x-www-form-urlencoded/ })
        }
        t.equal((await sendForm(app, url, { token: 'nonsense' }, { ...asMachine, 'content-type': `${formType}; charset=UTF-8` })).statusCode, 200)
      })

      await t.test(`POST ${url} wants one token: 400 validation_failed`, async (t) => {
        for (const fields of ['', 'token_type_hint=access_token', 'token=a&token=b', 'token=%00']) {
          const response = await sendForm(app, url, fields)

          t.equal(response.statusCode, 400, fields)
          t.match(response.json(), { code: 'validation_failed', errors: [{ path: /token/ }] })
        }
        t.equal((await app.inject({ method: 'POST', url, headers: asMachine })).json().code, 'validation_failed', 'no body at all')
      })

      await t.test(`POST ${url} refuses a body over 16 KiB`, async (t) => {
        t.equal((await sendForm(app, url, { token: 'a'.repeat(20_000) })).statusCode, 413)
      })
    }

    await t.test('no other route takes a form', async (t) => {
      t.equal((await sendForm(app, '/api/auth/login', { email: 'ada@example.com', password: 'x' }, {})).statusCode, 415)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('are nobody by default', async (t) => {
      const app = await startApp(t, stores)
      for (const headers of [asMachine, basic('', ''), basic('undefined', 'undefined')]) {
        t.equal((await sendForm(app, '/api/auth/introspect', { token: 'x' }, headers)).statusCode, 401)
      }
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('wrong credentials: 60 an address in 15 minutes, then 429 with Retry-After; right ones are never held up', async (t) => {
      const { app } = await startLimited(t, stores, withMachine)
      const remoteAddress = newAddress()
      const ask = async (headers: Record<string, string>, from = remoteAddress) =>
        await app.inject({ method: 'POST', url: '/api/auth/introspect', headers: { 'content-type': formType, ...headers }, payload: 'token=x', remoteAddress: from })
      const wrong = basic(machine.id, 'wrong')

      t.same(new Set((await times(60, () => ask(wrong))).map(({ statusCode }) => statusCode)), new Set([401]))
      const refusal = await ask(wrong)
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { code: 'too_many_requests' })
      t.ok(Number(refusal.headers['retry-after']) > 800)
      t.equal((await ask(asMachine)).statusCode, 200)
      t.equal((await ask(wrong, newAddress())).statusCode, 401)
    })
  })
})
