import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server'
import t, { type Test } from 'tap'
import { createMailTransport } from '../../src/lib/mail-transport.js'
import { startMailServer } from '../helpers/outbox.js'

const mail = { id: '42.1', to: 'ada@example.com', subject: 'Confirm your address', text: 'all is well\n', html: '<p>all is well</p>' }
const anyCertificate = '?tls.rejectUnauthorized=false'

/** A mail server that may be asked for TLS, with a certificate that nobody vouches for, and what it knows of those who sent. */
async function startServer (t: Test, options: SMTPServerOptions) {
  const sessions: Array<Pick<SMTPServerSession, 'secure' | 'user'>> = []
  const passwords: unknown[] = []
  const server = await startMailServer(t, 'accepts', {
    disabledCommands: [],
    onMailFrom (_address, { secure, user }, answer) {
      sessions.push({ secure, user })
      answer()
    },
    onAuth ({ username, password }, _session, answer) {
      passwords.push(password)
      if (username === 'door' && password === 'p@ss word') answer(null, { user: username })
      else answer(new Error('no such user here'))
    },
    ...options
  })
  const send = async (user = '', query = '') =>
    await createMailTransport({ smtpUrl: `${server.url.replace('//', `//${user}`)}${query}`, from: 'no-reply@example.com', folder: '/nowhere' }).send(mail)
  return { url: server.url, sessions, passwords, send, received: () => server.received.length }
}

t.test('over TLS', async (t) => {
  await t.test('a server that offers STARTTLS is spoken to in secret', async (t) => {
    const server = await startServer(t, {})
    await server.send('', anyCertificate)
    t.match(server.sessions, [{ secure: true }])
    t.equal(server.received(), 1)
  })

  await t.test('a certificate that nobody vouches for is refused, and no mail shown', async (t) => {
    const server = await startServer(t, {})
    await t.rejects(server.send(), { message: /certificate/ })
    t.same([server.sessions, server.received()], [[], 0])
  })

  await t.test('one that speaks TLS from the first byte is spoken to so', async (t) => {
    const server = await startServer(t, { secure: true, disabledCommands: ['STARTTLS'] })
    const send = async (query: string) => await createMailTransport({ smtpUrl: `${server.url.replace('smtp:', 'smtps:')}${query}`, from: 'no-reply@example.com', folder: '/nowhere' }).send(mail)
    await send(anyCertificate)
    await t.rejects(send(''), { message: /certificate/ })
    t.match(server.sessions, [{ secure: true }])
  })

  await t.test('a server without is spoken to in the clear, unless the address asks for TLS', async (t) => {
    const server = await startServer(t, { disabledCommands: ['STARTTLS'] })
    await server.send()
    await t.rejects(server.send('', '?requireTLS=true'), { code: 'ETLS' })
    t.match(server.sessions, [{ secure: false }])
    t.equal(server.received(), 1)
  })
})

t.test('with a password', async (t) => {
  const door = 'door:p%40ss%20word@'

  await t.test('that is right, a mail is taken', async (t) => {
    const server = await startServer(t, { authOptional: false })
    await server.send(door, anyCertificate)
    t.match(server.sessions, [{ secure: true, user: 'door' }])
    t.equal(server.received(), 1)
  })

  await t.test('that is wrong, it is not, and the error does not tell the password', async (t) => {
    const server = await startServer(t, { authOptional: false })
    const error = await server.send('door:not-this-one@', anyCertificate).catch((error: Error) => error)
    t.match(error, { code: 'EAUTH', message: /no such user here/ })
    t.notMatch(JSON.stringify([error, (error as Error).message]), 'not-this-one')
    t.same(server.sessions, [])
  })

  await t.test('it is shown to no server without TLS, unless the address allows it', async (t) => {
    const server = await startServer(t, { authOptional: false, disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
    await t.rejects(server.send(door), { code: 'ETLS' })
    t.same(server.passwords, [])
    await server.send(door, '?requireTLS=false')
    t.match(server.sessions, [{ secure: false, user: 'door' }])
  })
})
