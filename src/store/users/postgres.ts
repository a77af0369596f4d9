import { randomUUID } from 'node:crypto'
import type { Sql } from '../database.js'
import type { Origin } from '../events.js'
import { createAddressChanges } from './address.js'
import { createProfile } from './profile.js'
import { createRecovery } from './recovery.js'
import { createRemoval } from './removal.js'
import { createRoles } from './roles.js'
import { credentialsColumns, recordOf, userColumns, type Credentials, type UserRecord, type UserRow } from './row.js'
import { createUserSearch } from './search.js'
import { refuseTaken } from './taken.js'
import { createVerification } from './verification.js'

export type NewUser = Pick<Credentials, 'name' | 'email' | 'passwordHash'>

export type UsersStore = ReturnType<typeof createUsersStore>

export function createUsersStore (sql: Sql) {
  const columns = userColumns(sql)
  const credentials = credentialsColumns(sql)

  return {
    ...createProfile(sql),
    ...createRemoval(sql),
    ...createVerification(sql),
    ...createAddressChanges(sql),
    ...createRecovery(sql),
    ...createRoles(sql),
    ...createUserSearch(sql),

    /** Puts a mail out that asks whether the address is his. @throws EmailTaken */
    async register ({ name, email, passwordHash }: NewUser, { ip, userAgent }: Origin): Promise<UserRecord> {
      const rows = await sql<UserRow[]>`
        with registered as (
          insert into users (id, name, email, password_hash)
          values (${randomUUID()}, ${name}, ${email}, ${passwordHash})
          returning ${columns}
        ), noted as (
          insert into events (type, user_id, ip, user_agent)
          select 'user.registered', id, ${ip}, ${userAgent} from registered
        ), asked as (
          insert into outbox (kind, user_id, email)
          select 'verify_email', id, email from registered
        )
        select * from registered
      `.catch(refuseTaken)
      return recordOf(rows[0] as UserRow)
    },

    async find (id: string): Promise<UserRecord | undefined> {
      const [row] = await sql<UserRow[]>`select ${columns} from users where id = ${id}`
      return row && recordOf(row)
    },

    async credentialsOf (email: string): Promise<Credentials | undefined> {
      const [row] = await sql<Credentials[]>`select ${credentials} from users where email = ${email}`
      return row
    },

    async credentialsById (id: string): Promise<Credentials | undefined> {
      const [row] = await sql<Credentials[]>`select ${credentials} from users where id = ${id}`
      return row
    },

    /** Replaces a hash by one of the same password; does nothing when the password has changed meanwhile. */
    async rehash ({ id, passwordVersion }: Credentials, passwordHash: string) {
      await sql`
        update users
        set password_hash = ${passwordHash}
        where id = ${id} and password_version = ${passwordVersion}
      `
    }
  }
}
