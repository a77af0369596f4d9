import { createHash, randomBytes } from 'node:crypto'
import type { ISql } from 'postgres'
import type { Sql } from './database.js'

const lifetimes = { verify: 86_400, change: 86_400, reset: 3_600 }

export type EmailTokenPurpose = keyof typeof lifetimes

const hashOf = (token: string) => createHash('sha256').update(token).digest()

/**
 * Makes the secret for a mail that is about to be sent; its elder of the same purpose is no good any more. Undefined when the mail is
 * out of date: it was taken back, its user is gone or has another address, or he has asked once more while it could not be sent.
 */
export async function issueEmailToken (sql: Sql, { outboxId, userId, purpose }: { outboxId: string, userId: string, purpose: EmailTokenPurpose }): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url')
  return await sql.begin(async (tx) => {
    // A statement of its own: the next one must see what whoever held this lock has done to the outbox.
    await tx`select from users where id = ${userId} for no key update`
    const { count } = await tx`
      insert into email_tokens (user_id, purpose, hash, email, created_at, expires_at)
      select users.id, ${purpose}, ${hashOf(token)}, outbox.email, at, at + make_interval(secs => ${lifetimes[purpose]})
      from outbox
      join users on users.id = ${userId} and (${purpose}::text = 'change' or users.email = outbox.email)
      cross join clock_timestamp() as at
      where outbox.id = ${outboxId} and not (outbox.attempts > 1 and exists (
        select from outbox as younger
        where younger.user_id is null and younger.email = outbox.email and younger.kind = outbox.kind and younger.id > outbox.id
      ))
      on conflict (user_id, purpose) do update
      set hash = excluded.hash, email = excluded.email, created_at = excluded.created_at, expires_at = excluded.expires_at
    `
    return count === 0 ? undefined : token
  })
}

/** Whose token this is, and where it was mailed to, while it is good; it is not used up. */
export async function findEmailToken (sql: ISql, purpose: EmailTokenPurpose, token: string): Promise<{ userId: string, email: string } | undefined> {
  const [found] = await sql<{ userId: string, email: string }[]>`
    select user_id, email
    from email_tokens
    where hash = ${hashOf(token)} and purpose = ${purpose} and expires_at > now()
  `
  return found
}

/**
 * Uses a token up, and holds the lock of its user's row from then on. Undefined when it is none of ours, was used or replaced, has
 * expired, or went to an address that its user has no more.
 */
export async function consumeEmailToken (tx: ISql, purpose: EmailTokenPurpose, token: string): Promise<{ userId: string, email: string } | undefined> {
  const hash = hashOf(token)
  // The user's row first, as everywhere, or whoever issues a token at this moment would wait for us and we for him.
  await tx`
    select from users
    where id = (select user_id from email_tokens where hash = ${hash} and purpose = ${purpose})
    for no key update
  `
  const [consumed] = await tx<{ userId: string, email: string }[]>`
    delete from email_tokens
    using users
    where hash = ${hash} and purpose = ${purpose} and expires_at > now()
      and users.id = user_id and (purpose = 'change' or users.email = email_tokens.email)
    returning user_id, email_tokens.email
  `
  return consumed
}

/**
 * Ends the secrets that could still take the account over, those on their way too: for whoever changes the password or the address,
 * behind the lock of the user's row. Resets; and changes of address, which somebody who knew the old password may have asked for.
 */
export async function endResets (tx: ISql, userId: string) {
  await tx`delete from email_tokens where user_id = ${userId} and purpose in ('reset', 'change')`
  await tx`delete from outbox where user_id = ${userId} and kind in ('reset_password', 'change_email')`
  await tx`delete from outbox where user_id is null and kind = 'reset_password' and email = (select email from users where id = ${userId})`
}

/** Removes tokens that have expired. Gives how many. */
export async function purgeEmailTokens (sql: ISql): Promise<number> {
  const { count } = await sql`delete from email_tokens where expires_at < now()`
  return count
}
