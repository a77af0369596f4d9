import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

const host = 'host: localhost\r\n'
const post = `POST /api/auth/logout HTTP/1.1\r\n${host}`

/** What the server says to these bytes until it hangs up. */
async function say (app: FastifyInstance, bytes: string) {
  const { port } = app.server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const said: Buffer[] = []
  socket.on('data', (chunk) => said.push(chunk))
  socket.write(bytes)
  await once(socket, 'end')
  socket.destroy()

  const [head = '', body = ''] = Buffer.concat(said).toString().split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = Object.fromEntries(lines.map((each) => [each.split(': ')[0]?.toLowerCase(), each.slice(each.indexOf(': ') + 2)]))
  return { statusCode: Number(line.split(' ')[1]), headers, body }
}

t.test('bytes that are no request', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { PUBLIC_URL: 'https://auth.example.com' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { headers: usual } = await app.inject('/nowhere')

    const refused: Array<[string, string, number, string]> = [
      ['a method that is none', `BAD / HTTP/1.1\r\n${host}\r\n`, 400, 'malformed_request'],
      ['a line that is none', 'nonsense\r\n\r\n', 400, 'malformed_request'],
      ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_request'],
      ['a header that is none', `GET / HTTP/1.1\r\n${host}no colon\r\n\r\n`, 400, 'malformed_request'],
      ['a NUL in a header', `GET / HTTP/1.1\r\n${host}a: \0\r\n\r\n`, 400, 'malformed_request'],
      ['a folded header', `GET / HTTP/1.1\r\n${host}a: b\r\n c\r\n\r\n`, 400, 'malformed_request'],
      ['headers that are too large', `GET / HTTP/1.1\r\n${host}a: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
      ['a line that is too long', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'headers_too_large'],
      ['a content-length that is no number', `${post}content-length: x\r\n\r\n`, 400, 'malformed_request'],
      ['a content-length below zero', `${post}content-length: -1\r\n\r\n`, 400, 'malformed_request'],
      ['two content-lengths', `${post}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400, 'malformed_request'],
      ['the same content-length twice', `${post}content-length: 0\r\ncontent-length: 0\r\n\r\n`, 400, 'malformed_request'],
      ['a content-length and chunks', `${post}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'malformed_request'],
      ['an encoding after chunked', `${post}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400, 'malformed_request'],
      ['a chunk that is none', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400, 'malformed_request'],
      ['an endless chunk extension', `${post}transfer-encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\n`, 413, 'payload_too_large'],
      ['a tunnel', `CONNECT localhost:1 HTTP/1.1\r\n${host}\r\n`, 404, 'not_found'],
      ['no Host', 'GET /api/healthchecker HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed_request']
    ]
    for (const [what, bytes, statusCode, code] of refused) {
      await t.test(`${what}: ${statusCode} ${code}, in our envelope and with the headers of every answer`, async (t) => {
        const answer = await say(app, bytes)

        t.equal(answer.statusCode, statusCode)
        t.match(JSON.parse(answer.body), { status: 'fail', code, message: /.+/ })
        t.equal(Number(answer.headers['content-length']), Buffer.byteLength(answer.body))
        t.match(answer.headers, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': /^[\w.:-]{1,128}$/, connection: 'close' })
        for (const name of [
          'cache-control', 'x-content-type-options', 'referrer-policy', 'content-security-policy', 'strict-transport-security'
        ]) t.equal(answer.headers[name], usual[name] ?? 'a header', name)
      })
    }

    await t.test('HTTP/1.0 needs no Host', async (t) => {
      t.equal((await say(app, 'GET /api/healthchecker HTTP/1.0\r\n\r\n')).statusCode, 200)
    })

    await t.test('an expectation we do not know is passed over', async (t) => {
      const answer = await say(app, `GET /api/healthchecker HTTP/1.1\r\n${host}expect: tea\r\nconnection: close\r\n\r\n`)

      t.equal(answer.statusCode, 200)
      t.match(JSON.parse(answer.body), { status: 'success' })
    })

    await t.test('an empty body is fine whatever its content type says, also in chunks', async (t) => {
      for (const type of ['application/json', 'text/plain', 'nonsense', '/', ';;;', 'multipart/form-data; boundary=x']) {
        const answer = await say(app, `${post}content-type: ${type}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n`)
        t.match(JSON.parse(answer.body), { code: 'token_missing' }, type)
      }
    })

    await t.test('two Authorization headers: 400 malformed_request', async (t) => {
      const answer = await say(app, `GET /api/users/me HTTP/1.1\r\n${host}authorization: Bearer a\r\nAuthorization: Bearer b\r\nconnection: close\r\n\r\n`)

      t.equal(answer.statusCode, 400)
      t.match(JSON.parse(answer.body), { status: 'fail', code: 'malformed_request' })
    })

    await t.test('the last header counts, however many come before it', async (t) => {
      const many = 'a:\r\n'.repeat(3000)
      const twice = await say(app, `GET /api/users/me HTTP/1.1\r\n${host}authorization: Bearer a\r\n${many}authorization: Bearer b\r\nconnection: close\r\n\r\n`)
      const crossSite = await say(app, `${post}${many}origin: https://evil.example\r\nconnection: close\r\n\r\n`)

      t.match(JSON.parse(twice.body), { code: 'malformed_request' })
      t.match(JSON.parse(crossSite.body), { code: 'cross_site_request' })
    })

    await t.test('a refused client that keeps its half open keeps no socket', async (t) => {
      const taken = once(app.server, 'connection')
      const { port } = app.server.address() as AddressInfo
      const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      t.teardown(() => client.destroy())
      const [socket] = await taken as [Socket]
      client.write('nonsense\r\n\r\n')

      await once(socket, 'close')
      t.ok(socket.destroyed)
    })

    await t.test('a client that hangs up harms nobody', async (t) => {
      const { port } = app.server.address() as AddressInfo
      const client = connect({ port, host: '127.0.0.1' })
      await once(client, 'connect')
      client.write(`${post}content-length: 5\r\n\r\n`)
      client.resetAndDestroy()

      t.equal((await app.inject('/api/healthchecker')).statusCode, 200)
    })

    await t.test('waits 5 s for headers, 10 s for a request and 72 s between two', async (t) => {
      const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = app.server

      t.same({ headersTimeout, requestTimeout, keepAliveTimeout, timeout }, {
        headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 72_000, timeout: 0
      })
    })

    for (const [what, bytes] of Object.entries({ headers: `POST / HTTP/1.1\r\n${host}`, body: `${post}content-type: application/json\r\ncontent-length: 5\r\n\r\n{` })) {
      await t.test(`cuts a slow ${what} with 408 request_timeout`, async (t) => {
        const { headersTimeout, requestTimeout } = app.server
        Object.assign(app.server, { headersTimeout: 1, requestTimeout: 1 })
        t.teardown(() => Object.assign(app.server, { headersTimeout, requestTimeout }))

        const answer = await say(app, bytes)

        t.equal(answer.statusCode, 408)
        t.match(JSON.parse(answer.body), { status: 'fail', code: 'request_timeout' })
      })
    }
  })
})
