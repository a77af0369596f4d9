import type { ISql } from 'postgres'
import { EmailTokenInvalid } from '../../errors.js'
import type { Sql } from '../database.js'
import { consumeEmailToken, findEmailToken } from '../email-tokens.js'
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
      // A stranger's guess opens no transaction.
      const purpose = await purposeOf(token)
      if (purpose === undefined) throw new EmailTokenInvalid()

      return await sql.begin(async (tx) => {
        const mailed = await consumeEmailToken(tx, purpose, token)
        if (mailed === undefined) throw new EmailTokenInvalid()
        return purpose === 'verify' ? await markVerified(tx, mailed.userId, origin) : await changeAddress(tx, mailed, origin)
      })
    }
  }

  async function purposeOf (token: string) {
    for (const purpose of ['verify', 'change'] as const) {
      if (await findEmailToken(sql, purpose, token) !== undefined) return purpose
    }
    return undefined
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
