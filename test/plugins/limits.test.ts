import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { startApp } from '../helpers/app.js'
import { login, newAddress, open, startLimited, times } from '../helpers/limits.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, tokensOf, uniqueEmail } from '../helpers/users.js'

const wrong = 'not her password'

t.test('limits', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)

    await t.test('register: 20 an address in an hour, then 429 too_many_requests with Retry-After, before any hash', async (t) => {
      const remoteAddress = newAddress()
      const hashed = t.capture(app.passwords, 'hash', async () => '$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA')
      const register = async () => await app.inject({
        method: 'POST', url: '/api/auth/register', remoteAddress, payload: { name: 'Ada', email: uniqueEmail(), password: 'correct horse' }
      })
      t.same(new Set((await times(20, register)).map(({ statusCode }) => statusCode)), new Set([200]))

      const refusal = await register()
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
      t.ok(Number(refusal.headers['retry-after']) > 3500 && Number(refusal.headers['retry-after']) <= 3600)
      t.equal(hashed().length, 20)
    })

    await t.test('refresh: 60 a session in a minute, then 429 too_many_requests with Retry-After, and the cookies stay', async (t) => {
      const ada = await open(app)
      const [session, other] = [await signIn(app, ada, 'body', { remoteAddress: newAddress() }), await signIn(app, ada, 'body', { remoteAddress: newAddress() })]
      let token = session.refreshToken
      const refresh = async () => {
        const response = await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: token } })
        if (response.statusCode === 200) token = tokensOf(response).refreshToken
        return response
      }
      t.same(new Set((await times(60, refresh)).map(({ statusCode }) => statusCode)), new Set([200]))

      const refusal = await refresh()
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
      t.ok(Number(refusal.headers['retry-after']) <= 60)
      t.equal(refusal.headers['set-cookie'], undefined)
      token = other.refreshToken
      t.equal((await refresh()).statusCode, 200, 'another session is not limited by it')
    })

    await t.test('an IPv6 address counts by its /64, and an IPv4 one written as IPv6 as itself', async (t) => {
      const ada = await open(app)
      const net = '2001:db8:7:1'
      let host = 0
      await times(10, () => login(app, ada, wrong, `${net}::${(++host).toString(16)}`))
      t.equal((await login(app, ada, ada.password, `${net}:ffff:1:2:3`)).statusCode, 429)
      t.equal((await login(app, ada, ada.password, net.replace(/1$/, '2') + '::1')).statusCode, 200)

      const [bob, from] = [await open(app), newAddress()]
      await times(10, () => login(app, bob, wrong, from))
      t.equal((await login(app, bob, bob.password, `::ffff:${from}`)).statusCode, 429)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('RATE_LIMITS=off limits nothing', async (t) => {
      const app = await startApp(t, stores)
      const ada = await createUser(app)
      const answers = await times(12, () => login(app, ada, 'not her password', '127.0.0.1'))

      t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([401]))
    })
  })

  const forwarded = async (app: FastifyInstance, account: { email: string }, password: string, hops: string, remoteAddress: string) => await app.inject({
    method: 'POST', url: '/api/auth/login', payload: { email: account.email, password }, headers: { 'x-forwarded-for': hops, 'x-real-ip': hops, forwarded: `for=${hops}` }, remoteAddress
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('without TRUST_PROXY a forged X-Forwarded-For is nothing', async (t) => {
      const { app } = await startLimited(t, stores)
      const [ada, from] = [await open(app), newAddress()]
      await times(10, () => forwarded(app, ada, wrong, newAddress(), from))

      t.equal((await forwarded(app, ada, ada.password, newAddress(), from)).statusCode, 429)
      t.equal((await forwarded(app, ada, ada.password, from, newAddress())).statusCode, 200)
    })

    await t.test('with TRUST_PROXY the caller is the right-most hop that is none of ours', async (t) => {
      const { app } = await startLimited(t, stores, { TRUST_PROXY: '10.0.0.0/8, 192.0.2.1' })
      const [ada, from] = [await open(app), newAddress()]
      await times(10, () => forwarded(app, ada, wrong, `${newAddress()}, ${from}, 192.0.2.1`, '10.1.2.3'))

      t.equal((await forwarded(app, ada, ada.password, from, '10.9.9.9')).statusCode, 429, 'the same caller by another way')
      t.equal((await forwarded(app, ada, ada.password, `${from}, ${newAddress()}`, '10.1.2.3')).statusCode, 200, 'another caller who says he is that one')
      t.equal((await login(app, ada, wrong, from)).statusCode, 429, 'the same caller without a proxy')
    })

    await t.test('a trusted proxy that forwards what is no address harms nobody', async (t) => {
      const { app } = await startLimited(t, stores, { TRUST_PROXY: '10.0.0.0/8' })
      const ada = await open(app)

      for (const hops of ['x'.repeat(500), '1.2.3.4:5678', '[::1]:80', '\u00e9', ',,,']) {
        t.equal((await forwarded(app, ada, ada.password, hops, '10.1.2.3')).statusCode, 200, hops)
      }
    })
  })
})
