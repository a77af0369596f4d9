import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { connectDatabase, type Sql } from '../../src/store/database.js'
import { startEmbedded } from '../../src/store/embedded.js'
import { migrate } from '../../src/store/migrations.js'
import { addMail, type MailKind } from '../../src/store/outbox.js'
import { eventually } from './eventually.js'
import type { Stores } from './stores.js'
import { uniqueEmail } from './users.js'

export interface ReceivedMail {
  to: string
  subject: string
  text: string
  html: string
  /** Of its link, `''` in a mail without one. */
  token: string
  headers: ParsedMail['headers']
  /** As it came. */
  source: string
}

/** The secret in a mail's link. */
export const tokenIn = (text: string): string => /[?&]token=([\w-]+)/.exec(text)?.[1] ?? ''

async function readMail (source: Buffer): Promise<ReceivedMail> {
  const { to, subject = '', text = '', html, headers } = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true })
  const recipients = [to ?? []].flat().flatMap(({ value }) => value).map(({ address = '' }) => address)
  return { to: recipients.join(), subject, text, html: html || '', token: tokenIn(text), headers, source: source.toString() }
}

const read = new Map<string, Promise<ReceivedMail>>()

/** The mails that a server without SMTP has written, the oldest first; to one address, when it is given. */
export async function mailsWritten ({ config }: Pick<FastifyInstance, 'config'>, email?: string): Promise<ReceivedMail[]> {
  const folder = join(config.dataDir, 'mail')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.eml')).sort().map((name) => join(folder, name))
  for (const file of files) if (!read.has(file)) read.set(file, readFile(file).then(readMail))
  const mails = await Promise.all(files.flatMap((file) => read.get(file) ?? []))
  return mails.filter(({ to }) => email === undefined || to === email)
}

/** The latest mail to an address whose subject has these words, once it is there. */
export async function mailTo (app: Pick<FastifyInstance, 'config'>, email: string, about = /(?:)/): Promise<ReceivedMail> {
  const latest = async () => (await mailsWritten(app, email)).findLast(({ subject }) => about.test(subject))
  return await eventually(latest, Boolean, { within: 10_000, every: 20 }) as ReceivedMail
}

type Mode = 'accepts' | 'refuses' | 'quotes' | 'hangs' | 'holds'

export interface MailServer {
  url: string
  /** What it has taken, in its order. */
  received: ReceivedMail[]
  /** To whom mails have been offered, taken or not. */
  recipients: () => string[]
  offered: () => number
  /** The secrets it has seen, also in mails it did not take. */
  tokens: () => string[]
  mode: Mode
  held: () => number
  /** Takes what it `holds`, and accepts from now on. */
  release: () => void
  stop: () => Promise<void>
  start: () => Promise<void>
}

/**
 * A real mail server of the test's own. It accepts; or refuses every recipient; or refuses every mail and quotes its link; or hangs,
 * taking connections and saying nothing; or holds what it was sent and says neither yes nor no.
 */
export async function startMailServer (t: Pick<Test, 'teardown'>, mode: Mode = 'accepts', options: SMTPServerOptions = {}): Promise<MailServer> {
  let port = 0
  const recipients: string[] = []
  const tokens: string[] = []
  let server: SMTPServer | undefined
  let held: Array<() => void> = []

  const open = () => new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    ...options,
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
    onConnect (_session, answer) {
      if (mails.mode !== 'hangs') answer()
    },
    onRcptTo ({ address }, _session, answer) {
      recipients.push(address)
      if (mails.mode === 'refuses') answer(Object.assign(new Error('no such mailbox here'), { responseCode: 550 }))
      else answer()
    },
    onData (stream, _session, answer) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const take = () => {
          readMail(Buffer.concat(chunks)).then((mail) => {
            tokens.push(mail.token)
            if (mails.mode === 'quotes') return answer(Object.assign(new Error(`no mail with such a link: ${mail.text}`), { responseCode: 554 }))
            mails.received.push(mail)
            answer()
          }, answer)
        }
        if (mails.mode === 'holds') held.push(take)
        else take()
      })
    }
  })

  const mails: MailServer = {
    get url () { return `smtp://127.0.0.1:${port}` },
    received: [],
    recipients: () => recipients,
    offered: () => recipients.length,
    tokens: () => tokens,
    mode,
    held: () => held.length,
    release () {
      mails.mode = 'accepts'
      for (const take of held) take()
      held = []
    },
    async start () {
      server = open()
      server.on('error', () => {})
      const listener = server.listen(port, '127.0.0.1')
      await once(listener, 'listening')
      port = (listener.address() as AddressInfo).port
    },
    async stop () {
      const stopping = server
      server = undefined
      await new Promise<void>((resolve) => stopping === undefined ? resolve() : stopping.close(() => resolve()))
    }
  }

  t.teardown(mails.stop)
  await mails.start()
  return mails
}

/** The database alone, with nobody who sends what waits in it. */
export async function startStore (t: Test, { settings: { DATABASE_URL, DATA_DIR = '' } }: Stores) {
  const embedded = DATABASE_URL === undefined ? await startEmbedded(DATA_DIR) : undefined
  const url = DATABASE_URL ?? { path: embedded?.path ?? '' }
  await migrate(url)
  const { sql, close } = connectDatabase({ url, pool: 10, log: { warn () {} } })
  t.teardown(async () => {
    await close()
    await embedded?.close()
  })

  return { sql, newUser: async () => await insertUser(sql) }
}

/** A user whom no mail was sent for. */
export async function insertUser (sql: Sql) {
  const user = { id: randomUUID(), email: uniqueEmail() }
  await sql`insert into users (id, name, email, password_hash) values (${user.id}, 'Ada Lovelace', ${user.email}, ${'x'.repeat(60)})`
  return user
}

/** Puts a mail out to a user, as a change of his would. */
export async function putOut (app: FastifyInstance, { id, email }: { id: string, email: string }, kind: MailKind = 'password_changed', detail = {}) {
  await app.sql.begin(async (tx) => await addMail(tx, { kind, userId: id, email, detail }))
  app.mail.wake()
}

interface Waiting { email: string, kind: string, attempts: number, lastError: string | null, givenUp: boolean, waitSeconds: number }

/** What waits to be sent. */
export const waiting = async ({ sql }: FastifyInstance): Promise<Waiting[]> => await sql<Waiting[]>`
  select email, kind, attempts, last_error, given_up_at is not null as given_up, extract(epoch from due_at - now())::float8 as wait_seconds
  from outbox
  where kind <> 'event'
  order by id
`

/** Lets time pass for all that waits to be sent, until it is due. */
export async function untilDue ({ sql, mail }: FastifyInstance) {
  await sql`update outbox set due_at = now() where kind <> 'event'`
  mail.wake()
}

/** Every mail to an address, once none waits to be sent there. */
export async function mailsSentTo (app: FastifyInstance, email: string): Promise<ReceivedMail[]> {
  await eventually(() => waiting(app), (mails) => mails.every((mail) => mail.email !== email), { within: 10_000, every: 20 })
  return await mailsWritten(app, email)
}

/** The latest mail to an address whose subject has these words, if there is one once all have gone. */
export const mailSentTo = async (app: FastifyInstance, email: string, about: RegExp): Promise<ReceivedMail | undefined> =>
  (await mailsSentTo(app, email)).findLast(({ subject }) => about.test(subject))

export const tokenSentTo = async (app: FastifyInstance, email: string, about: RegExp): Promise<string> =>
  (await mailSentTo(app, email, about))?.token ?? ''
