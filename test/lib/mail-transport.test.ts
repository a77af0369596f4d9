import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createMailTransport } from '../../src/lib/mail-transport.js'
import { eventually } from '../helpers/eventually.js'
import { startMailServer } from '../helpers/outbox.js'

const mail = { id: '42.1', to: 'ada@example.com', subject: 'Confirm your address', text: 'Hello Ada,\n\nall is well.\n', html: '<p>Hello Ada,</p>' }
const from = 'Gatehouse <no-reply@auth.example.com>'

async function folderOf (t: Test) {
  const parent = await mkdtemp(join(tmpdir(), 'gatehouse-mail-'))
  t.teardown(async () => await rm(parent, { recursive: true, force: true }))
  return join(parent, 'mail')
}

t.test('over SMTP', async (t) => {
  const overSmtp = (smtpUrl: string) => createMailTransport({ smtpUrl, from, folder: '/nowhere' })

  await t.test('a mail arrives as it was written', async (t) => {
    const server = await startMailServer(t)
    t.equal(await overSmtp(server.url).send(mail), undefined, 'it is no file')
    const [received] = server.received
    t.match(received, { to: 'ada@example.com', subject: mail.subject, text: mail.text, html: /<p>Hello Ada,<\/p>/ })
    t.equal(received?.headers.get('message-id'), '<42.1@auth.example.com>')
    t.equal(received?.headers.get('auto-submitted'), 'auto-generated')
    t.match(received?.headers.get('from'), { text: '"Gatehouse" <no-reply@auth.example.com>' })
    t.match(received?.headers.get('content-type'), { value: 'multipart/alternative' })
  })

  await t.test('a subject brings no header of its own', async (t) => {
    const server = await startMailServer(t)
    await overSmtp(server.url).send({ ...mail, subject: 'Hello\r\nBcc: eve@evil.example\u2028\0x' })
    t.equal(server.received[0]?.subject, 'Hello Bcc: eve@evil.example x')
    t.notOk(server.received[0]?.headers.has('bcc'))
  })

  await t.test('it goes to one recipient, whatever signs the address holds', async (t) => {
    for (const to of ['ada@example.com, eve@evil.example', 'ada@example.com\r\nRCPT TO:<eve@evil.example>', 'eve@evil.example <ada@example.com>']) {
      const server = await startMailServer(t)
      await overSmtp(server.url).send({ ...mail, to }).catch(() => {})
      t.ok(server.offered() <= 1, JSON.stringify(to))
      t.ok(server.recipients().length <= 1, server.recipients().join())
    }
  })

  await t.test('a refusal says what the server said', async (t) => {
    const server = await startMailServer(t, 'refuses')
    await t.rejects(overSmtp(server.url).send(mail), { message: /550 no such mailbox here/ })
    t.same(server.received, [])
  })

  await t.test('a server that is not there is found out at once', async (t) => {
    const server = await startMailServer(t)
    const { url } = server
    await server.stop()
    await t.rejects(overSmtp(url).send(mail), { code: 'ESOCKET' })
  })

  await t.test('a server that says nothing is given five seconds', async (t) => {
    const server = await startMailServer(t, 'hangs')
    const waits: Array<number | undefined> = []
    const { setTimeout: later } = globalThis
    t.intercept(globalThis, 'setTimeout', {
      value (act: () => void, milliseconds = 0) {
        waits.push(milliseconds)
        return later(act, milliseconds / 100)
      }
    })
    await t.rejects(overSmtp(server.url).send(mail), { code: 'ETIMEDOUT' })
    t.ok(waits.some((wait = 0) => wait > 4_000 && wait <= 5_000), waits.join())
  })

  await t.test('one that speaks without end is given half a minute', async (t) => {
    const server = createServer((socket) => {
      const drip = setInterval(() => socket.write('220-wait\r\n'), 20)
      socket.on('error', () => {}).on('close', () => clearInterval(drip))
    }).listen(0, '127.0.0.1')
    t.teardown(() => server.close())
    await eventually(() => server.listening)

    const deadlines: Array<{ act: () => void, milliseconds: number | undefined }> = []
    const { setTimeout: later } = globalThis
    t.intercept(globalThis, 'setTimeout', {
      value (act: () => void, milliseconds?: number) {
        deadlines.push({ act, milliseconds })
        return later(act, milliseconds)
      }
    })
    const sending = overSmtp(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`).send(mail)
    deadlines.find(({ milliseconds }) => milliseconds === 30_000)?.act()
    await t.rejects(sending, { code: 'EABORT' })
  })

  await t.test('what is under way can be broken off', async (t) => {
    const server = await startMailServer(t, 'holds')
    const transport = overSmtp(server.url)
    const sending = [transport.send(mail), transport.send(mail)]
    await eventually(() => server.offered() === 2)
    transport.abort()
    for (const outcome of await Promise.allSettled(sending)) t.match(outcome, { status: 'rejected', reason: { code: 'EABORT' } })
  })
})

t.test('into files', async (t) => {
  await t.test('a mail is one file that only this user can read', async (t) => {
    const folder = await folderOf(t)
    const file = await createMailTransport({ smtpUrl: undefined, from, folder }).send(mail) ?? ''
    t.same(await readdir(folder), [file.slice(folder.length + 1)], 'and nothing is left beside it')
    t.match(file, /\/\d{8}T\d{9}Z-42\.1\.eml$/)
    t.equal((await stat(file)).mode & 0o777, 0o600)
    t.equal((await stat(folder)).mode & 0o777, 0o700)
    t.match(await readFile(file, 'utf8'), /^To: ada@example\.com\r\n/m)
  })

  await t.test('one that cannot be written is an error, and leaves nothing behind', async (t) => {
    const folder = await folderOf(t)
    await writeFile(folder, 'in the way')
    await t.rejects(createMailTransport({ smtpUrl: undefined, from, folder }).send(mail), { code: /EEXIST|ENOTDIR/ })
  })
})

t.test('no file and no address is opened for a mail, either way', async (t) => {
  const server = await startMailServer(t)
  for (const smtpUrl of [server.url, undefined]) {
    const { send } = createMailTransport({ smtpUrl, from, folder: await folderOf(t) })
    await t.rejects(send({ ...mail, text: { path: '/etc/hostname' } as unknown as string }), { message: 'File access rejected for /etc/hostname' })
    await t.rejects(send({ ...mail, html: { href: server.url } as unknown as string }), { message: /^Url access rejected/ })
  }
})
