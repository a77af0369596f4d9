import type { Sql } from '../database.js'
import { noteEvent, type Origin } from '../events.js'
import { endSessionsOf } from '../sessions/ending.js'
import { refuseLastAdmin } from './last-admin.js'

export interface Removing extends Origin {
  /** The session in which it was asked for. */
  sessionId?: string | null
  /** Who does it, when it is somebody else. */
  by?: string
  /** Only while the password is the one of this version. */
  passwordVersion?: number
}

/** How a user goes, with all that is his; what happened to him stays among the events. */
export function createRemoval (sql: Sql) {
  return {
    /** Gives the ids of the sessions that ended; undefined when the user is not there, or has another password. @throws LastAdmin */
    async remove (userId: string, { passwordVersion, sessionId = null, by, ...origin }: Removing): Promise<string[] | undefined> {
      const whoever = by === undefined ? {} : { by }
      return await sql.begin(async (tx) => {
        await refuseLastAdmin(tx, userId)
        const [user] = await tx<{ passwordVersion: number }[]>`select password_version from users where id = ${userId} for update`
        if (user === undefined || user.passwordVersion !== (passwordVersion ?? user.passwordVersion)) return undefined

        const ended = await endSessionsOf(tx, userId, { because: 'user_deleted', ...whoever, ...origin })
        await tx`delete from users where id = ${userId}`
        await noteEvent(tx, { type: 'user.deleted', userId, sessionId, detail: whoever, ...origin })
        return ended
      })
    }
  }
}
