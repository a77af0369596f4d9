import type { Sql } from '../database.js'
import { noteEvent, type Origin } from '../events.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from './row.js'

export type Profile = Partial<Pick<UserRecord, 'name' | 'photo'>>

/** What users say of themselves. */
export function createProfile (sql: Sql) {
  const columns = userColumns(sql)

  return {
    /** The user afterwards, and whether anything changed; undefined when he is not there. */
    async changeProfile (id: string, { name, photo }: Profile, origin: Origin): Promise<{ user: UserRecord, changed: boolean } | undefined> {
      return await sql.begin(async (tx) => {
        const [before] = await tx<UserRow[]>`select ${columns} from users where id = ${id} for no key update`
        if (before === undefined) return undefined
        const after = { name: name ?? before.name, photo: photo ?? before.photo }
        const changed = (['name', 'photo'] as const).filter((field) => after[field] !== before[field])
        if (changed.length === 0) return { user: recordOf(before), changed: false }

        const [user] = await tx<UserRow[]>`
          update users
          set name = ${after.name}, photo = ${after.photo}, updated_at = now(), version = version + 1
          where id = ${id}
          returning ${columns}
        `
        await noteEvent(tx, { type: 'user.updated', userId: id, detail: { changed: changed.join(', ') }, ...origin })
        return { user: recordOf(user as UserRow), changed: true }
      })
    }
  }
}
