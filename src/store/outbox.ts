import type { ISql } from 'postgres'

/** The mails there are; those that carry a link bear a secret that is made as they are sent. */
export const mailKinds = [
  'verify_email', 'change_email', 'reset_password',
  'password_changed', 'email_change_requested', 'email_changed', 'reuse_detected'
] as const

export type MailKind = typeof mailKinds[number]

export interface NewMail {
  kind: MailKind
  userId: string
  /** The one recipient: an address as the database has it, never as a request spelled it. */
  email: string
  /** What the mail says besides; never a secret. */
  detail?: Record<string, string>
}

/** Puts a mail out to be sent, in the transaction of the change it tells of. */
export async function addMail (sql: ISql, { kind, userId, email, detail = {} }: NewMail) {
  await sql`
    insert into outbox (kind, user_id, email, detail)
    values (${kind}, ${userId}, ${email}, ${JSON.stringify(detail)}::text::jsonb)
  `
}
