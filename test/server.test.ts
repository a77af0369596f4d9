import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { run, startServer, workplace } from './helpers/programs.js'
import { available, leftOut, privatePostgres } from './helpers/services.js'

const json = { 'content-type': 'application/json' }
const post = async (url: string, body: object) => await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) })
const who = async (origin: string, token: string) => (await fetch(`${origin}/api/users/me`, { headers: { authorization: `Bearer ${token}` } })).status

t.test('a server that cannot start says why in one line and exits with 1', async (t) => {
  const cwd = await workplace(t)
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://127.0.0.1:1/none', PUBLIC_URL: 'https://auth.example.com' }
  const occupied = createServer().listen(0, '127.0.0.1')
  await once(occupied, 'listening')
  t.teardown(() => occupied.close())

  const rows: [string, Record<string, string>, RegExp][] = [
    ['every wrong setting', { PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://hunter2' }, /^Wrong settings: (?=.*PORT=x)(?=.*DATABASE_URL)(?=.*LOG_LEVEL=loud)/],
    ['production without its settings', { NODE_ENV: 'production' }, /^Wrong settings: DATABASE_URL is required in production.*PUBLIC_URL is required in production/],
    ['production without https', { ...production, PUBLIC_URL: 'http://auth.example.com' }, /^Wrong settings: PUBLIC_URL .*https/],
    ['Postgres that refuses connections', { DATABASE_URL: production.DATABASE_URL }, /^gatehouse cannot start: DATABASE_URL cannot be reached \(ECONNREFUSED\): /],
    ['Postgres of a name that nobody has', { DATABASE_URL: 'postgres://no-such-host.invalid/none' }, /^gatehouse cannot start: DATABASE_URL /],
    ['a port that another process holds', { PORT: String((occupied.address() as AddressInfo).port) }, /^gatehouse cannot start: PORT is in use by another process/],
    ['an address that is not ours', { HOST: '203.0.113.7', PORT: '0' }, /^gatehouse cannot start: HOST and PORT cannot be listened on \(EADDRNOTAVAIL\)/]
  ]
  for (const [title, settings, line] of rows) {
    t.test(title, async (t) => {
      const { code, stderr } = await run(t, ['server.js'], { cwd, settings: { LOG_LEVEL: 'warn', ...settings } })
      t.equal(code, 1)
      t.match(stderr, line)
      t.equal(stderr.trim().split('\n').length, 1, stderr)
      t.notMatch(stderr, /hunter2/)
    })
  }
})

t.test('a server', async (t) => {
  const cwd = await workplace(t)

  t.test('says where it listens, in JSON, and picks a free port for PORT=0', async (t) => {
    const server = await startServer(t, cwd)
    t.match(server.origin, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    t.equal((await fetch(`${server.origin}/health/ready`)).status, 200)
    const { code, stdout, stderr } = await server.stop('SIGINT')
    t.equal(code, 0)
    t.equal(stderr, '')
    for (const line of stdout.trim().split('\n')) t.match(JSON.parse(line), { level: String, time: /Z$/, msg: String })
  })

  t.test('told to stop, answers what it has begun, is not ready meanwhile, and exits with 0', async (t) => {
    const server = await startServer(t, cwd)
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'not her password' })
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1').setEncoding('utf8')
    socket.write(`POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`)
    t.match((await once(socket, 'data'))[0], /^HTTP\/1\.1 100 /)
    socket.write(body.slice(0, 9))

    server.child.kill('SIGTERM')
    await server.says(/"msg":"stopping"/)
    const ready = await fetch(`${server.origin}/health/ready`)
    t.equal(ready.status, 503)
    t.match(await ready.json(), { status: 'error' })
    t.equal((await fetch(`${server.origin}/health/live`)).status, 200)

    let answer = ''
    socket.on('data', (text) => { answer += text })
    socket.write(body.slice(9))
    await once(socket, 'close')
    t.match(answer, /^HTTP\/1\.1 401 [^]*connection: close[^]*invalid_credentials/i)
    t.match(await server.ended, { code: 0, stderr: '' })
  })

  t.test('started again on the same folder, still knows its users and their sessions', async (t) => {
    const account = { name: 'Ada', email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' }
    const settings = { PUBLIC_URL: 'http://localhost:8000' }
    const first = await startServer(t, cwd, settings)
    t.equal((await post(`${first.origin}/api/auth/register`, account)).status, 200)
    const { access_token: token, refresh_token: refresh } = await (await post(`${first.origin}/api/auth/login`, { ...account, transport: 'body' })).json() as Record<string, string>
    t.equal(await who(first.origin, token ?? ''), 200)
    t.equal((await first.stop()).code, 0)

    const second = await startServer(t, cwd, settings)
    t.equal(await who(second.origin, token ?? ''), 200)
    t.equal((await post(`${second.origin}/api/auth/refresh`, { refresh_token: refresh })).status, 200)
    t.equal((await post(`${second.origin}/api/auth/login`, account)).status, 200)

    second.child.kill('SIGKILL')
    await second.ended
    const third = await startServer(t, cwd, settings)
    t.equal((await post(`${third.origin}/api/auth/login`, account)).status, 200, 'after it was killed, too')
    await third.stop()
  })

  t.test('refuses a folder that another one serves, and leaves that one be', async (t) => {
    const first = await startServer(t, cwd)
    const { code, stderr } = await run(t, ['server.js'], { cwd, settings: { PORT: '0' } })
    t.equal(code, 1)
    t.match(stderr, /^gatehouse cannot start: DATA_DIR=data is in use by another process: stop it, choose another DATA_DIR, or set DATABASE_URL\n$/)
    t.equal((await fetch(`${first.origin}/health/ready`)).status, 200)
    await first.stop()
  })

  t.test('in production wants keys that somebody made', { skip: available.postgres ? false : leftOut || 'no Postgres here' }, async (t) => {
    const postgres = await privatePostgres(t)
    const empty = await workplace(t)
    await rm(join(empty, 'keys'), { recursive: true })
    const settings = { NODE_ENV: 'production', PORT: '0', PUBLIC_URL: 'https://auth.example.com', DATABASE_URL: postgres.url }
    const { code, stderr } = await run(t, ['server.js'], { cwd: empty, settings })
    t.equal(code, 1)
    t.match(stderr, /^KEYS_DIR=keys holds no key for access tokens: make one with `gatehouse keys create`\n$/)
  })

  t.test('in production is not ready for a second before it goes, though nobody is connected', { skip: available.postgres ? false : leftOut || 'no Postgres here' }, async (t) => {
    const postgres = await privatePostgres(t)
    const settings = { NODE_ENV: 'production', HOST: '127.0.0.1', PUBLIC_URL: 'https://auth.example.com', DATABASE_URL: postgres.url }
    const server = await startServer(t, cwd, settings)
    server.child.kill('SIGTERM')
    await server.says(/"msg":"stopping"/)
    t.equal((await fetch(`${server.origin}/health/ready`)).status, 503)
    t.match(await server.ended, { code: 0, stderr: '' })
  })
})
