import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transporter } from 'nodemailer'
import { oneLine } from './mail-layout.js'

export interface Mail {
  /** Its name within our host, by which one that is sent again can be recognised. */
  id: string
  to: string
  subject: string
  text: string
  html: string
}

export interface MailTransport {
  /** Hands it over, within half a minute; gives the file when it was written into one. @throws Error with what the mail server said */
  send: (mail: Mail) => Promise<string | undefined>
  /** Breaks off what is under way. */
  abort: () => void
}

interface Options { smtpUrl: string | undefined, from: string, folder: string }

const timeouts = { dnsTimeout: 5_000, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, socketCloseTimeout: 1_000 }
/** In all, however slowly the server speaks: less than the lease of the outbox, or another node would send the same mail. */
const longestMilliseconds = 30_000
/** What a mail says is what it was given: no file and no address is opened for it. */
const closed = { disableFileAccess: true, disableUrlAccess: true }

// Loaded for the first mail: a node that has none to send need not hold it.
const nodemailer = async () => await import('nodemailer')

/** Sends over SMTP or, with no address of a server, writes each mail into a file that any mail program opens. */
export function createMailTransport ({ smtpUrl, from, folder }: Options): MailTransport {
  const host = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  const messageOf = ({ id, to, subject, text, html }: Mail) => ({
    from,
    // An object, not a text: whatever signs stand in it, it is one address.
    to: { name: '', address: to },
    subject: oneLine(subject),
    text,
    html,
    messageId: `<${id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
  })
  return smtpUrl === undefined ? toFiles(folder, messageOf) : overSmtp(smtpUrl, messageOf)
}

/** Connects, encrypts where the server can, and signs in: no mail is sent. @throws Error with what went wrong */
export async function verifyMailServer (url: string, { requireTLS = false } = {}) {
  const { createTransport } = await nodemailer()
  const transport = createTransport({ url, requireTLS, ...timeouts, ...closed })
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

function overSmtp (url: string, messageOf: (mail: Mail) => object): MailTransport {
  // A password goes to no server that is not asked for its certificate first. What the address itself says comes before this.
  const { protocol, password } = new URL(url)
  const options = { url, requireTLS: protocol === 'smtp:' && password !== '', ...timeouts, ...closed }
  let transport: Transporter | undefined
  const underWay = new Set<AbortController>()
  return {
    async send (mail) {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), longestMilliseconds)
      underWay.add(controller)
      try {
        transport ??= (await nodemailer()).createTransport(options)
        await transport.sendMail({ ...messageOf(mail), signal: controller.signal })
      } finally {
        clearTimeout(timer)
        underWay.delete(controller)
      }
      return undefined
    },
    abort () {
      for (const controller of underWay) controller.abort()
    }
  }
}

function toFiles (folder: string, messageOf: (mail: Mail) => object): MailTransport {
  return {
    async send (mail) {
      const { createTransport } = await nodemailer()
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', ...closed })
      const { message } = await transport.sendMail(messageOf(mail))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const name = `${new Date().toISOString().replace(/\W/g, '')}-${mail.id}`
      const [path, part] = [join(folder, `${name}.eml`), join(folder, `.${name}.part`)]
      try {
        await writeFile(part, message, { flag: 'wx', mode: 0o600 })
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
      return path
    },
    abort () {}
  }
}
