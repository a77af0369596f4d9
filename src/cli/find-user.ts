import type { Sql } from '../store/database.js'
import { createUsersStore } from '../store/users/postgres.js'

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The user of an id or an address. @throws Error when there is none */
export async function findUser (sql: Sql, word: string): Promise<{ id: string, email: string }> {
  const users = createUsersStore(sql)
  const named = word.trim().toLowerCase()
  const user = uuid.test(named) ? await users.find(named) : await users.credentialsOf(named)
  if (user === undefined) throw new Error(`nobody has the ${uuid.test(named) ? 'id' : 'address'} ${named}`)
  return user
}
