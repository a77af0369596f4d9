import type { ISql } from 'postgres'
import { deviceOf } from '../lib/device.js'
import type { Origin } from './events.js'

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
  /** What the mail says besides, never a secret: where from it was done, and `newEmail` in the two notices of a changing address. */
  detail?: ToldOrigin & { newEmail?: string }
}

/** Where from something was done, as a mail tells it: the device in words of ours. */
export interface ToldOrigin { ip?: string, device?: string | undefined }

export const toldOrigin = ({ ip, userAgent }: Origin): ToldOrigin => ({ ip, device: deviceOf(userAgent) })

/** What is still to be sent: a mail, or an event for the webhook. */
export interface Outgoing {
  id: string
  kind: string
  userId: string | null
  email: string | null
  /** The user's name, once an address of his is verified: strangers' mails carry no words that somebody else chose. */
  name: string | null
  detail: Record<string, unknown>
  /** How often it has been taken, this time included. */
  attempts: number
  createdAt: Date
}

export type DeliveryOutcome = 'sent' | 'postponed' | 'given_up'

/** Whoever takes a row has this long to send it; then it is there for the others again. */
export const leaseSeconds = 60
const givenUpAfter = '2 days'
const firstWaitSeconds = 5
const longestWaitSeconds = 3600

/** Kinds that carry a link: a newer one takes the place of its elder, as its secret does. */
const replaces = ['verify_email', 'change_email', 'reset_password']

/**
 * Puts a mail out to be sent, in the transaction of the change it tells of, which has locked the user's row. After its commit,
 * `app.mail.wake()` sends it soon.
 */
export async function addMail (tx: ISql, { kind, userId, email, detail = {} }: NewMail) {
  await tx`
    with replaced as (
      delete from outbox
      where user_id = ${userId} and kind = ${kind} and kind = any(${replaces})
    )
    insert into outbox (kind, user_id, email, detail)
    values (${kind}, ${userId}, ${email}, ${JSON.stringify(detail)}::text::jsonb)
  `
}

/** How long to wait after so many attempts: twice as long each time up to an hour, a quarter more or less. */
export const waitSeconds = (attempts: number, random = Math.random()) =>
  Math.min(firstWaitSeconds * 2 ** (attempts - 1), longestWaitSeconds) * (0.75 + random / 2)

/** Takes what is due, and says how it went. */
export function createOutbox (sql: ISql) {
  return {
    /** Takes what has been due longest, so that nobody else does within the lease. Whose a forgotten password is, is found out here. */
    async claim ({ kinds, limit }: { kinds: readonly string[], limit: number }): Promise<Outgoing[]> {
      return await sql<Outgoing[]>`
        with due as materialized (
          select due.id
          from unnest(${[...kinds]}::text[]) as wanted (kind)
          cross join lateral (
            select id, due_at
            from outbox
            where outbox.kind = wanted.kind and due_at <= now() and given_up_at is null
            order by due_at
            limit ${limit}
            for update skip locked
          ) as due
          order by due.due_at
          limit ${limit}
        )
        update outbox
        set due_at = now() + make_interval(secs => ${leaseSeconds}), attempts = outbox.attempts + 1
        from due
        join outbox as taken using (id)
        left join users on users.id = coalesce(taken.user_id, (select id from users where users.email = taken.email and disabled_at is null))
        where outbox.id = due.id
        returning
          outbox.id, outbox.kind, users.id as user_id, outbox.email, outbox.detail, outbox.attempts, outbox.created_at,
          case when users.verified_at is not null then users.name end as name
      `
    },

    /** It need not be sent any more. Gives whether it was still there. */
    async sent (id: string): Promise<boolean> {
      const { count } = await sql`delete from outbox where id = ${id}`
      return count > 0
    },

    /** It comes again after a wait. Gives whether it does not, since it has failed for days. */
    async failed ({ id, attempts }: Pick<Outgoing, 'id' | 'attempts'>, error: string): Promise<boolean> {
      const [row] = await sql<{ givenUp: boolean }[]>`
        update outbox
        set due_at = now() + make_interval(secs => ${waitSeconds(attempts)}), last_error = left(${error}, 500),
            given_up_at = case when created_at < now() - ${givenUpAfter}::interval then now() end
        where id = ${id} and attempts = ${attempts}
        returning given_up_at is not null as given_up
      `
      return row?.givenUp === true
    }
  }
}

export interface OutboxCounts { to: 'mail' | 'webhook', waiting: number, oldestSeconds: number }

/** What waits to be sent, counted up to `most` each, and how long the oldest of it has waited. */
export async function countOutbox (sql: ISql, most: number): Promise<OutboxCounts[]> {
  return await sql<OutboxCounts[]>`
    select wanted."to", waiting.count::int as waiting, coalesce(waiting.oldest, 0)::float8 as oldest_seconds
    from (values ('mail', ${[...mailKinds]}::text[]), ('webhook', array['event'])) as wanted ("to", kinds)
    cross join lateral (
      select count(*), extract(epoch from now() - min(created_at)) as oldest
      from (
        select created_at
        from outbox
        where kind = any(wanted.kinds) and given_up_at is null
        limit ${most}
      ) as counted
    ) as waiting
  `
}

/** Removes what was given up a month ago. Gives how much. */
export async function purgeOutbox (sql: ISql): Promise<number> {
  const { count } = await sql`delete from outbox where given_up_at < now() - interval '30 days'`
  return count
}
