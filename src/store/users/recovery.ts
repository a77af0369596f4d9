import { EmailTokenInvalid } from '../../errors.js'
import type { Sql } from '../database.js'
import { consumeEmailToken, endResets, findEmailToken } from '../email-tokens.js'
import { noteEvent, type Origin } from '../events.js'
import { addMail, toldOrigin } from '../outbox.js'
import { endSessionsOf } from '../sessions/ending.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from './row.js'

/** How somebody who has forgotten the password comes to another one. */
export function createRecovery (sql: Sql) {
  return {
    /**
     * Puts a mail out to whoever has this address. It takes as long when nobody has, since the users are not looked at: whoever sends the
     * mail finds out whether there is one.
     */
    async requestReset (email: string): Promise<void> {
      await sql`insert into outbox (kind, email) values ('reset_password', ${email})`
    },

    /** Whose password a token would reset; it is not used up. */
    async findResetting (token: string): Promise<{ name: string, email: string } | undefined> {
      const found = await findEmailToken(sql, 'reset', token)
      if (found === undefined) return undefined
      const [user] = await sql<{ name: string, email: string }[]>`
        select name, email
        from users
        where id = ${found.userId} and email = ${found.email} and disabled_at is null
      `
      return user
    },

    /**
     * Uses a token up for another password: every session of its user ends, and so does whatever else was asked for with the old one.
     * Who reads the mail of an address has shown it to be his.
     * @throws EmailTokenInvalid
     */
    async resetPassword (token: string, passwordHash: string, origin: Origin): Promise<{ user: UserRecord, ended: string[] }> {
      return await sql.begin(async (tx) => {
        const { userId } = await consumeEmailToken(tx, 'reset', token) ?? {}
        if (userId === undefined) throw new EmailTokenInvalid()
        const [user] = await tx<UserRow[]>`
          update users
          set password_hash = ${passwordHash}, password_version = password_version + 1, verified_at = coalesce(verified_at, now()),
              updated_at = now(), version = version + 1
          where id = ${userId} and disabled_at is null
          returning ${userColumns(tx)}
        `
        if (user === undefined) throw new EmailTokenInvalid()

        const ended = await endSessionsOf(tx, userId, { because: 'password_reset', ...origin })
        await endResets(tx, userId)
        await addMail(tx, { kind: 'password_changed', userId, email: user.email, detail: toldOrigin(origin) })
        await noteEvent(tx, { type: 'password.reset', userId, ...origin })
        return { user: recordOf(user), ended }
      })
    }
  }
}
