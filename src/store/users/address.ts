import type { ISql } from 'postgres'
import { EmailTaken, EmailTokenInvalid, WrongPassword } from '../../errors.js'
import type { Sql } from '../database.js'
import { endResets } from '../email-tokens.js'
import { noteEvent, type Origin } from '../events.js'
import { addMail, toldOrigin } from '../outbox.js'
import { recordOf, userColumns, type Credentials, type UserRecord, type UserRow } from './row.js'
import { refuseTaken } from './taken.js'

type Asking = Pick<Credentials, 'id' | 'passwordVersion'>

/** How a user comes to another address: asked for here, and done once the token mailed there is presented. */
export function createAddressChanges (sql: Sql) {
  return {
    /**
     * Asks the new address, and tells the old one; an elder request is forgotten. With `mail: false` nothing of that happens.
     * @throws EmailTaken, WrongPassword when the password has changed since it was verified
     */
    async requestEmailChange ({ id, passwordVersion }: Asking, email: string, { mail, ...origin }: Origin & { mail: boolean }): Promise<void> {
      await sql.begin(async (tx) => {
        const [user] = await tx<{ email: string, taken: boolean }[]>`
          select email, exists (select from users where email = ${email}) as taken
          from users
          where id = ${id} and password_version = ${passwordVersion} and disabled_at is null
          for no key update
        `
        if (user === undefined) throw new WrongPassword()
        if (user.taken) throw new EmailTaken()
        if (!mail) return

        await tx`delete from email_tokens where user_id = ${id} and purpose = 'change'`
        await addMail(tx, { kind: 'change_email', userId: id, email })
        await addMail(tx, { kind: 'email_change_requested', userId: id, email: user.email, detail: { ...toldOrigin(origin), newEmail: email } })
        await noteEvent(tx, { type: 'email.change_requested', userId: id, detail: { to: email }, ...origin })
      })
    }
  }
}

/**
 * Gives a user another address, which has shown itself to be his, behind the lock of his row; the one he had is told.
 * @throws EmailTaken, EmailTokenInvalid
 */
export async function changeAddress (tx: ISql, { userId, email }: { userId: string, email: string }, origin: Origin): Promise<UserRecord> {
  const [user] = await tx<(UserRow & { former: string })[]>`
    update users
    set email = ${email}, verified_at = now(), updated_at = now(), version = version + 1
    from (select email as former from users where id = ${userId}) as before
    where id = ${userId} and disabled_at is null
    returning ${userColumns(tx)}, former
  `.catch(refuseTaken)
  if (user === undefined) throw new EmailTokenInvalid()

  const { former, ...row } = user
  await endResets(tx, userId)
  await addMail(tx, { kind: 'email_changed', userId, email: former, detail: { ...toldOrigin(origin), newEmail: email } })
  await noteEvent(tx, { type: 'email.changed', userId, detail: { from: former, to: email }, ...origin })
  return recordOf(row)
}
