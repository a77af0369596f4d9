import { createServer } from 'node:net'
import { once } from 'node:events'
import { request as send } from 'node:http'
import { fastify } from 'fastify'
import t from 'tap'
import guard from '../../src/guard/guard.js'
import { signInAdmin } from '../helpers/administrators.js'
import { cookie } from '../helpers/cookies.js'
import { ask, client, optionsFor, startServer, startService, statusAt } from '../helpers/guarded.js'
import { createIssuer } from '../helpers/issuer.js'
import { mutate, randomFrom } from '../helpers/mutations.js'
import { signedByAnother } from '../helpers/refusals.js'
import { signedIn } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('gatehouse/guard', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const at = await startServer(t, stores)
    const service = await startService(t, optionsFor(at))
    const { server } = at
    const ada = await signedIn(server)
    const asks = async (headers: object, url = '/who') => await service.inject({ url, headers: { ...headers } })

    await t.test('says who is calling: the user, the session and the role', async (t) => {
      const answer = await ask(service, ada.access)
      t.equal(answer.statusCode, 200)
      const { user } = (await server.inject({ url: '/api/users/me', headers: { authorization: `Bearer ${ada.access}` } })).json().data
      t.same(answer.json(), { user, sessionId: ada.sessionId, role: 'user' }, 'and nothing else')
      t.same((await ask(service, ada.access)).json(), answer.json(), 'as often as it is asked')
    })

    for (const scheme of ['Bearer', 'bearer', 'Token', 'token']) {
      await t.test(`takes "${scheme} <token>"`, async (t) => {
        t.equal((await asks({ authorization: `${scheme} ${ada.access}` })).statusCode, 200)
      })
    }

    await t.test('takes the cookie, every value of one that comes twice, and beside another scheme', async (t) => {
      t.equal((await asks(cookie(['access_token', ada.access]))).statusCode, 200)
      t.equal((await asks(cookie(['access_token', 'nonsense'], ['access_token', ada.access]))).statusCode, 200)
      t.equal((await asks({ ...cookie(['access_token', ada.access]), authorization: 'Basic YTpi' })).statusCode, 200)
    })

    await t.test('judges a request that carries both by the header alone', async (t) => {
      for (const authorization of ['Bearer nonsense', 'Bearer ', 'Bearer']) {
        t.equal((await asks({ ...cookie(['access_token', ada.access]), authorization })).statusCode, 401)
      }
    })

    await t.test('reads the cookie under the prefix of the server', async (t) => {
      const prefixed = await startService(t, { ...optionsFor(at), cookiePrefix: '__Host-' })
      t.equal((await prefixed.inject({ url: '/who', headers: cookie(['__Host-access_token', ada.access]) })).statusCode, 200)
      t.equal((await prefixed.inject({ url: '/who', headers: cookie(['access_token', ada.access]) })).statusCode, 401)
    })

    await t.test('answers nobody with 401 token_missing and the challenge', async (t) => {
      for (const url of ['/who', '/admins', '/forgotten']) {
        const answer = await service.inject(url)
        t.equal(answer.statusCode, 401, url)
        t.match(answer.json(), { code: 'token_missing', message: /^You are not logged in/ })
      }
      t.equal((await service.inject('/who')).headers['www-authenticate'], 'Bearer')
    })

    await t.test('shows no identity on a route that forgot to authenticate, whoever calls', async (t) => {
      t.equal(await statusAt(service, ada.access, '/forgotten'), 401)
    })

    await t.test('lets only the role through that is required, by the live record', async (t) => {
      const admin = await signInAdmin(server)
      t.equal(await statusAt(service, admin.accessToken, '/admins'), 200)
      const answer = await ask(service, ada.access, '/admins')
      t.equal(answer.statusCode, 403)
      t.match(answer.json(), { code: 'forbidden' })
    })

    await t.test('refuses two Authorization headers', async (t) => {
      t.equal(await statusOfTwo(await service.listen({ port: 0, host: '127.0.0.1' }), ada.access), 400)
    })

    await t.test('refuses every token that is none of ours, alike', async (t) => {
      const [header, payload] = ada.access.split('.')
      const elsewhere = await createIssuer()
      const answers = await Promise.all(Object.entries({
        nonsense: 'nonsense',
        'a refresh token': ada.refresh,
        'signed by another': await signedByAnother(ada.access),
        'of another issuer': await elsewhere.issue('access'),
        'without a signature': `${header}.${payload}.`,
        'of alg none': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
        'very long': 'a'.repeat(5000)
      }).map(async ([what, token]) => ({ what, answer: await ask(service, token) })))
      for (const { what, answer } of answers) {
        t.equal(answer.statusCode, 401, what)
        t.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"', what)
        t.equal(answer.body, answers[0]?.answer.body, what)
      }
    })

    await t.test('refuses tokens that are meant for another audience, or come from another issuer', async (t) => {
      for (const other of [{ audience: 'https://other.example.com' }, { issuer: 'https://other.example.com', audience: server.config.tokenAudience }]) {
        t.equal(await statusAt(await startService(t, { ...optionsFor(at), ...other }), ada.access), 401)
      }
    })

    await t.test('accepts nothing but what was issued: no mutation of a token', async (t) => {
      const random = randomFrom(7)
      const others = [ada.access, (await signedIn(server)).access]
      const accepted: string[] = []
      for (let times = 0; times < 2000; times++) {
        const mutant = mutate(ada.access, others[random(2)] ?? '', random).replace(/[^\t\x20-\xff]|[\t;,]/g, '~')
        if (others.includes(mutant.trim())) continue
        const status = await statusAt(service, mutant)
        if (status !== 401 && status !== 400) accepted.push(`${status}: ${mutant}`)
      }
      t.same(accepted, [])
      t.equal(await statusAt(service, ada.access), 200)
    })

    await t.test('never takes its own wrong credentials for those of the caller', async (t) => {
      const stranger = await startService(t, { issuer: optionsFor(at).issuer, url: at.url, introspection: { ...client, clientSecret: 'wrong' } })
      const answer = await ask(stranger, ada.access)
      t.equal(answer.statusCode, 503)
      t.match(answer.json(), { code: 'unavailable' })
      t.match(answer.headers['retry-after'], /^\d+$/)
    })
  })

  await t.test('starts without its server, and says 503 until that is there', async (t) => {
    const service = await startService(t, { issuer: 'https://auth.example.com', url: `http://127.0.0.1:${await closedPort()}`, introspection: client })
    const { issue } = await createIssuer()
    const answer = await ask(service, await issue('access'))
    t.equal(answer.statusCode, 503)
    t.match(answer.headers['retry-after'], /^\d+$/)
    t.equal(await statusAt(service, 'nonsense'), 401, 'what is no token of anybody is refused')
  })

  await t.test('does not start with options that cannot be used', async (t) => {
    const service = fastify()
    service.register(guard, { issuer: 'auth.example.com', introspection: client })
    await t.rejects(async () => { await service.ready() }, { message: /gatehouse\/guard: issuer is not valid: .*PUBLIC_URL/ })
  })
})

async function statusOfTwo (origin: string, access: string): Promise<number | undefined> {
  const request = send(`${origin}/who`, { headers: ['authorization', `Bearer ${access}`, 'Authorization', 'Bearer other', 'host', 'service'] as never })
  request.end()
  const [response] = await once(request, 'response')
  response.resume()
  return response.statusCode
}

async function closedPort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
