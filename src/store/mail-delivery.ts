import { oneLine } from '../lib/mail-layout.js'
import { composeMail } from '../lib/mail-templates.js'
import type { MailTransport } from '../lib/mail-transport.js'
import type { Sql } from './database.js'
import { issueEmailToken, type EmailTokenPurpose } from './email-tokens.js'
import { noteEvent } from './events.js'
import { createOutbox, mailKinds, type DeliveryOutcome, type MailKind, type Outgoing } from './outbox.js'

interface Options {
  sql: Sql
  transport: MailTransport
  appUrl: string
  /** A mail became a file; `link` is a secret. */
  written: (mail: { kind: MailKind, file: string, link: string | undefined }) => void
  /** How a delivery went. */
  went?: (outcome: DeliveryOutcome) => void
  log: Record<'warn' | 'error', (details: object, message: string) => void>
}

interface OutgoingMail extends Outgoing { kind: MailKind, email: string }

const purposes: Partial<Record<MailKind, EmailTokenPurpose>> = { verify_email: 'verify', change_email: 'change', reset_password: 'reset' }
const atOnce = 5

/** What a mail server said, without what could be a secret that it quotes from the mail. */
const complaintOf = ({ message }: Error) => oneLine(message).replace(/[\w-]{24,}/g, '…')

/** Sends the mails of the outbox. */
export function createMailDelivery ({ sql, transport, appUrl, written, went = () => {}, log }: Options) {
  const outbox = createOutbox(sql)

  // The secret is made here, as the mail is sent, so that only its hash is ever written down.
  async function send ({ id, kind, userId, email, name, detail, attempts, createdAt: at }: OutgoingMail) {
    // Somebody forgot the password of an account that is not there.
    if (userId === null) return await outbox.sent(id)
    const purpose = purposes[kind]
    const token = purpose && await issueEmailToken(sql, { outboxId: id, userId, purpose })
    if (purpose !== undefined && token === undefined) return await outbox.sent(id)

    const { link, ...mail } = composeMail(kind, { appUrl, name, at, ...detail, ...(token === undefined ? {} : { token }) })
    // Sent again it has another link: no mailbox may take it for a copy of the one whose link is dead.
    const file = await transport.send({ id: token === undefined ? id : `${id}.${attempts}`, to: email, ...mail })
    went('sent')
    if (file !== undefined) written({ kind, file, link })

    return await sql.begin(async (tx) => {
      const noted = await createOutbox(tx).sent(id)
      if (noted && kind === 'verify_email') await noteEvent(tx, { type: 'email.verification_sent', userId })
      return noted
    })
  }

  async function postpone (mail: OutgoingMail, error: Error) {
    const { id, kind, attempts } = mail
    const complaint = complaintOf(error)
    const givenUp = await outbox.failed(mail, complaint)
    went(givenUp ? 'given_up' : 'postponed')
    if (givenUp) log.error({ mail: id, kind, attempts, error: complaint }, 'a mail is given up')
    else log.warn({ mail: id, kind, attempts, error: complaint }, 'a mail is sent later')
  }

  /** Sends some of those that are due. Gives whether there may be more. */
  return async function deliver (): Promise<boolean> {
    const mails = await outbox.claim({ kinds: mailKinds, limit: atOnce }) as OutgoingMail[]
    const outcomes = await Promise.allSettled(mails.map(async (mail) => {
      await send(mail).catch(async (error: Error) => await postpone(mail, error))
    }))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    // What is put out meanwhile waits for the next round: sent while its request is answered, a mail would tell by that time that there is one.
    return mails.length === atOnce
  }
}
