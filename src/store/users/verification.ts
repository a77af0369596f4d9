import type { ISql } from 'postgres'
import { EmailTokenInvalid } from '../../errors.js'
import type { Sql } from '../database.js'
import { consumeEmailToken } from '../email-tokens.js'
import { noteEvent, type Origin } from '../events.js'
import { addMail } from '../outbox.js'
import { changeAddress } from './address.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from './row.js'

/** How an address is shown to be its user's. */
export function createVerification (sql: Sql) {
  return {
    /** Puts a mail with a link out, unless the address is verified. */
    async requestVerification (id: string): Promise<void> {
      await sql.begin(async (tx) => {
        const [user] = await tx<{ email: string }[]>`
          select email
          from users
          where id = ${id} and verified_at is null and disabled_at is null
          for no key update
        `
        if (user !== undefined) await addMail(tx, { kind: 'verify_email', userId: id, email: user.email })
      })
    },

    /**
     * Uses up the token of a mail: the address it was mailed to is its user's, and becomes so when that was asked for.
     * @throws EmailTokenInvalid, EmailTaken; either leaves everything as it was
     */
    async verifyEmail (token: string, origin: Origin): Promise<UserRecord> {
      return await sql.begin(async (tx) => {
        const verifying = await consumeEmailToken(tx, 'verify', token)
        if (verifying !== undefined) return await markVerified(tx, verifying.userId, origin)

        const changing = await consumeEmailToken(tx, 'change', token)
        if (changing === undefined) throw new EmailTokenInvalid()
        return await changeAddress(tx, changing, origin)
      })
    }
  }
}

async function markVerified (tx: ISql, userId: string, origin: Origin): Promise<UserRecord> {
  const [user] = await tx<UserRow[]>`
    update users
    set verified_at = coalesce(verified_at, now()), updated_at = now(), version = version + 1
    where id = ${userId} and disabled_at is null
    returning ${userColumns(tx)}
  `
  if (user === undefined) throw new EmailTokenInvalid()
  await noteEvent(tx, { type: 'email.verified', userId, ...origin })
  return recordOf(user)
}
