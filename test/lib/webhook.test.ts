import t, { type Test } from 'tap'
import { createWebhook } from '../../src/lib/webhook.js'
import { startWebhook, webhookSecret } from '../helpers/webhook.js'

async function open (t: Test, { milliseconds = 5000 } = {}) {
  const server = await startWebhook(t)
  const webhook = createWebhook({ url: server.url, secret: webhookSecret, milliseconds })
  t.teardown(webhook.close)
  return { server, send: webhook.send }
}

t.test('a message is posted as JSON, with an id, a time and a signature that its receiver can verify', async (t) => {
  const { server, send } = await open(t)
  await send('evt_1', { type: 'login.failed', userAgent: 'é "…"' })

  t.match(server.received, [{ id: 'evt_1', event: { type: 'login.failed', userAgent: 'é "…"' }, headers: { 'content-type': 'application/json' } }])
  t.same(server.forged, [])
})

t.test('one connection serves message after message', async (t) => {
  const { server, send } = await open(t)
  const ports = new Set<number | undefined>()
  server.answers.next = ({ socket }, response) => {
    ports.add(socket.remotePort)
    response.end('thanks'.repeat(1000))
  }
  for (const id of ['evt_1', 'evt_2', 'evt_3']) await send(id, {})
  t.equal(ports.size, 1)
})

for (const status of [199, 300, 304, 400, 404, 410, 429, 500, 503].filter((status) => status >= 200)) {
  t.test(`an answer ${status} has not taken it`, async (t) => {
    const { server, send } = await open(t)
    server.answers.next = (_request, response) => response.writeHead(status).end()
    await t.rejects(send('evt_1', {}), { message: `answered ${status}` })
  })
}

t.test('a redirect is not followed', async (t) => {
  const { server, send } = await open(t)
  const other = await startWebhook(t)
  for (const status of [301, 302, 307, 308]) {
    server.answers.next = (_request, response) => response.writeHead(status, { location: other.url }).end()
    await t.rejects(send('evt_1', {}), { message: `answered ${status}` })
  }
  t.same(other.asked, [])
})

t.test('one that does not answer in time has not taken it', async (t) => {
  const { server, send } = await open(t, { milliseconds: 50 })
  server.answers.next = () => {}
  await t.rejects(send('evt_1', {}), { message: 'no answer in 0.05 s' })
})

t.test('of an answer without end no more than its beginning is read', async (t) => {
  const { server, send } = await open(t)
  server.answers.next = (_request, response) => {
    const more = () => { while (!response.destroyed && response.write('x'.repeat(65_536))); }
    response.on('drain', more)
    more()
  }
  await send('evt_1', {})
})

t.test('an answer that breaks off after its status has taken it', async (t) => {
  const { server, send } = await open(t)
  server.answers.next = (_request, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy())
  }
  await send('evt_1', {})
})

t.test('one that cannot be reached, or hangs up, has not taken it', async (t) => {
  const { server, send } = await open(t)
  server.answers.next = ({ socket }) => socket.destroy()
  await t.rejects(send('evt_1', {}), { message: 'cannot be reached: ECONNRESET' })

  const nowhere = createWebhook({ url: 'http://127.0.0.1:1/', secret: webhookSecret, milliseconds: 5000 })
  await t.rejects(nowhere.send('evt_1', {}), { message: 'cannot be reached: ECONNREFUSED' })
})
