import type { ISql } from 'postgres'
import { TokenInvalid, WrongPassword } from '../../errors.js'
import type { Sql } from '../database.js'
import { endResets } from '../email-tokens.js'
import { noteEvent, type Origin } from '../events.js'
import { addMail, toldOrigin } from '../outbox.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from '../users/row.js'
import { endSessionsOf } from './ending.js'
import { live, sessionColumns, type Lifetimes, type Session } from './row.js'

export interface NewPassword {
  userId: string
  /** That of the password which was verified. */
  passwordVersion: number
  passwordHash: string
  /** The one session that goes on, with these tokens. */
  sessionId: string
  accessId: string
  refreshId: string
}

/** What a new password left: the user, his one session, and the ids of those that ended. */
export interface Renewed { user: UserRecord, session: Session, ended: string[] }

/** How a session survives its user's new password: alone, and with tokens of no descent. */
export function createRenewal (sql: Sql, { refreshSeconds, maxSeconds }: Lifetimes) {
  const columns = sessionColumns(sql)

  /** @throws WrongPassword when the password has changed since it was verified, TokenInvalid when the session has ended */
  async function changePassword (change: NewPassword, origin: Origin): Promise<Renewed> {
    const { userId, sessionId } = change
    return await sql.begin(async (tx) => {
      const user = await setPassword(tx, change)
      const session = await renew(tx, change)
      const ended = await endSessionsOf(tx, userId, { because: 'password_changed', except: sessionId, ...origin })
      await endResets(tx, userId)
      await addMail(tx, { kind: 'password_changed', userId, email: user.email, detail: toldOrigin(origin) })
      await noteEvent(tx, { type: 'password.changed', userId, sessionId, ...origin })
      return { user, session, ended }
    })
  }

  // Takes the lock of the user's row: of two who change one password at once, the later finds another version.
  async function setPassword (tx: ISql, { userId, passwordVersion, passwordHash }: NewPassword): Promise<UserRecord> {
    const [user] = await tx<UserRow[]>`
      update users
      set password_hash = ${passwordHash}, password_version = password_version + 1, updated_at = now(), version = version + 1
      where id = ${userId} and password_version = ${passwordVersion} and disabled_at is null
      returning ${userColumns(sql)}
    `
    if (user === undefined) throw new WrongPassword()
    return recordOf(user)
  }

  async function renew (tx: ISql, { userId, sessionId, accessId, refreshId }: NewPassword): Promise<Session> {
    // The clock is read behind the lock: a refresh that came first was before it.
    await tx`select from sessions where id = ${sessionId} for no key update`
    const [session] = await tx<Session[]>`
      update sessions
      set access_id = ${accessId}, refresh_id = ${refreshId}, access_role = (select role from users where id = ${userId}),
          previous_access_id = null, previous_refresh_id = null, older_access_ids = null, older_refresh_ids = null, older_replaced_at = null,
          retired_refresh_ids = array_remove(array[refresh_id, previous_refresh_id] || older_refresh_ids, null) ||
            case when date_trunc('second', renewed_at) = date_trunc('second', at) then retired_refresh_ids end,
          successor_used = true, refreshed_at = at, renewed_at = at, version = version + 1,
          expires_at = least(at + make_interval(secs => ${refreshSeconds}), created_at + make_interval(secs => ${maxSeconds}))
      from clock_timestamp() as at
      where id = ${sessionId} and user_id = ${userId} and ${live(sql)}
      returning ${columns}
    `
    if (session === undefined) throw new TokenInvalid('not_live')
    return session
  }

  return { changePassword }
}
