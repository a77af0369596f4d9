import { randomUUID } from 'node:crypto'
import type { Role } from '../../schemas.js'
import type { Sql } from '../database.js'
import { noteEvent, type NewEvent, type Origin } from '../events.js'
import { endSessionsOf } from '../sessions/ending.js'
import { refuseLastAdmin } from './last-admin.js'
import { recordOf, userColumns, type Credentials, type UserRecord, type UserRow } from './row.js'
import { refuseTaken } from './taken.js'

/** What administrators change of somebody. */
export interface Administered { name?: string, role?: Role, disabled?: boolean }

/** Who does it, and from where: the id of an administrator, or the command line. */
export interface Actor extends Partial<Origin> { by: string }

/** How a user's name, rights and sessions are looked after by somebody else. */
export function createRoles (sql: Sql) {
  const columns = userColumns(sql)

  return {
    /** Opens an account for somebody else. @throws EmailTaken */
    async create ({ name, email, passwordHash, role }: Pick<Credentials, 'name' | 'email' | 'passwordHash' | 'role'>, { by, ...origin }: Actor): Promise<UserRecord> {
      return await sql.begin(async (tx) => {
        const [user] = await tx<UserRow[]>`
          insert into users (id, name, email, password_hash, role)
          values (${randomUUID()}, ${name}, ${email}, ${passwordHash}, ${role})
          returning ${columns}
        `.catch(refuseTaken)
        const record = recordOf(user as UserRow)
        await noteEvent(tx, { type: 'user.registered', userId: record.id, detail: { by, role }, ...origin })
        return record
      })
    },

    /** The user afterwards, whether anything changed, and the sessions that ended; undefined when there is none. @throws LastAdmin */
    async administer (id: string, wanted: Administered, actor: Actor): Promise<{ user: UserRecord, changed: boolean, ended: string[] } | undefined> {
      return await sql.begin(async (tx) => {
        if (wanted.role === 'user' || wanted.disabled === true) await refuseLastAdmin(tx, id)
        const [before] = await tx<UserRow[]>`select ${columns} from users where id = ${id} for no key update`
        if (before === undefined) return undefined
        const events = eventsOf(before, wanted, actor)
        if (events.length === 0) return { user: recordOf(before), changed: false, ended: [] }

        const { name, role, disabled } = { ...before, ...wanted }
        const [after] = await tx<UserRow[]>`
          update users
          set name = ${name}, role = ${role}, disabled_at = case when ${disabled} then coalesce(disabled_at, now()) end,
              updated_at = now(), version = version + 1
          where id = ${id}
          returning ${columns}
        `
        for (const event of events) await noteEvent(tx, event)
        const ended = disabled ? await endSessionsOf(tx, id, { because: 'user_disabled', ...actor }) : []
        return { user: recordOf(after as UserRow), changed: true, ended }
      })
    },

    /** Ends all sessions of somebody else, those being made at that moment too. Gives their ids; undefined when there is no such user. */
    async endSessionsBy (actor: Actor, userId: string): Promise<string[] | undefined> {
      return await sql.begin(async (tx) => {
        const { count } = await tx`select from users where id = ${userId} for no key update`
        return count === 0 ? undefined : await endSessionsOf(tx, userId, { because: 'revoked', ...actor })
      })
    }
  }
}

function eventsOf (before: UserRow, { name, role, disabled }: Administered, { by, ...origin }: Actor): NewEvent[] {
  const changes: Array<[boolean, Pick<NewEvent, 'type' | 'detail'>]> = [
    [name !== undefined && name !== before.name, { type: 'user.updated', detail: { by, changed: 'name' } }],
    [role !== undefined && role !== before.role, { type: 'user.role_changed', detail: { by, from: before.role, to: role ?? before.role } }],
    [disabled === true && !before.disabled, { type: 'user.disabled', detail: { by } }],
    [disabled === false && before.disabled, { type: 'user.enabled', detail: { by } }]
  ]
  return changes.filter(([happened]) => happened).map(([, event]) => ({ ...event, userId: before.id, ...origin }))
}
