import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { Busy, Internal, Unavailable } from '../../src/errors.js'
import errors from '../../src/plugins/errors.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

async function failing (error: unknown): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(errors)
  app.get('/', () => { throw error })
  return app
}

t.test('errors', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    for (const [method, url] of [
      ['GET', '/'], ['GET', '/nowhere'], ['GET', '/api/auth/login'], ['DELETE', '/api/auth/login'], ['PUT', '/api/users/me'], ['POST', '/nowhere'],
      ['GET', '/api/auth/login/'], ['GET', '/API/healthchecker'], ['GET', '//api/healthchecker'], ['HEAD', '/api/auth/logout'],
      ['PROPFIND', '/api/auth/login'], ['TRACE', '/'], ['QUERY', '/nowhere']
    ] as const) {
      await t.test(`${method} ${url}: 404 not_found`, async (t) => {
        const response = await app.inject({ method: method as 'GET', url })

        t.equal(response.statusCode, 404)
        if (method !== 'HEAD') t.match(response.json(), { status: 'fail', code: 'not_found', message: String })
      })
    }

    for (const [what, headers, payload] of [
      ['of another type', { 'content-type': 'text/plain' }, 'x'],
      ['that is no JSON', { 'content-type': 'application/json' }, '{'],
      ['that is too large', { 'content-type': 'application/json' }, 'a'.repeat(20_000)]
    ] as const) {
      await t.test(`an unknown route with a body ${what}: 404 not_found`, async (t) => {
        t.match((await app.inject({ method: 'POST', url: '/nowhere', headers, payload })).json(), { code: 'not_found' })
      })
    }

    for (const url of ['/%', '/%zz', '/api/%E0%A4%A']) {
      await t.test(`a URL such as ${url}: 400 malformed_request`, async (t) => {
        const response = await app.inject(url)

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'malformed_request' })
      })
    }
  })

  for (const [what, error] of Object.entries({
    'an error of ours to come': new Error('select secret from users'),
    'an error of a library': Object.assign(new Error('relation "users" does not exist'), { code: '42P01' }),
    'an error of the system': Object.assign(new Error('no such file: /etc/shadow'), { code: 'ENOENT' }),
    'an error that calls itself a 5xx': Object.assign(new Error('upstream secret'), { statusCode: 502 })
  })) {
    await t.test(`${what} is 500 internal, and nothing of it gets out`, async (t) => {
      const response = await (await failing(error)).inject('/')

      t.equal(response.statusCode, 500)
      t.same(response.json(), { status: 'error', code: 'internal', message: 'Something went wrong on our side' })
      t.equal(response.headers['retry-after'], undefined)
    })
  }

  await t.test('an error of the framework that is the caller\'s fault is 400 malformed_request', async (t) => {
    const response = await (await failing(Object.assign(new Error('library words'), { code: 'FST_ERR_SOMETHING', statusCode: 422 }))).inject('/')

    t.equal(response.statusCode, 400)
    t.match(response.json(), { status: 'fail', code: 'malformed_request' })
  })

  await t.test('busy is a refusal in the log and no failure, however many there are', async (t) => {
    const lines: object[] = []
    const app = fastify({ logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line)) } } }, disableRequestLogging: true })
    await app.register(errors)
    app.get('/busy', () => { throw new Busy() })
    app.get('/internal', () => { throw new Internal() })
    await app.inject('/busy')
    await app.inject('/internal')

    t.match(lines, [{ level: 30, code: 'busy', msg: 'refused' }, { level: 50, code: 'internal', msg: 'failed', err: { stack: /errors.test/ } }])
    t.notOk('err' in (lines[0] ?? {}))
  })

  for (const [what, error, seconds] of [['busy', new Busy(), '1'], ['unavailable', new Unavailable(2.2), '3']] as const) {
    await t.test(`a 503 ${what} carries Retry-After in whole seconds`, async (t) => {
      const response = await (await failing(error)).inject('/')

      t.equal(response.statusCode, 503)
      t.match(response.json(), { status: 'error', code: what })
      t.equal(response.headers['retry-after'], seconds)
    })
  }
})
