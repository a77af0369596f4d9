import type { Role } from '../../schemas.js'
import type { Sql } from '../database.js'
import { recordOf, userColumns, type UserRecord, type UserRow } from './row.js'

/** Where a page begins: after the user of this id, found at this word; without a search, registered at this moment in microseconds. */
export interface UserPlace { at: string, id: string }

export interface UserQuery {
  /** What a word of the name, the address or its domain begins with. */
  q: string | undefined
  role: Role | undefined
  after: UserPlace | undefined
  limit: number
}

export type FoundUser = UserRecord & Pick<UserPlace, 'at'>

type FoundRow = UserRow & Pick<UserPlace, 'at'>

const everyRole: Role[] = ['admin', 'user']
const beforeAll = '00000000-0000-0000-0000-000000000000'
const afterAll = '\u{10FFFF}'

/** How administrators find users. Each query is a few walks along an index, as long as the page and no longer, whatever it asks for. */
export function createUserSearch (sql: Sql) {
  const columns = userColumns(sql)

  // In the order of the words they were found at. A user found at two words is shown at the first: it casts its shadow on the second.
  const found = ({ q, after, limit }: UserQuery & { q: string }, roles: Role[]) => sql<FoundRow[]>`
    select ${columns}, at
    from (
      select walk.word as at, walk.user_id
      from search_form(${q}) as form
      cross join unnest(${roles}::text[]) as wanted (only_role)
      cross join generate_series(0, char_length(form) - 1) as shadows (length)
      cross join lateral (
        select word, user_id
        from user_words
        where role = only_role and shadow = shadows.length::smallint
          and (word, user_id) > (greatest(form collate "C", ${after?.at ?? ''}), ${after?.id ?? beforeAll}::uuid)
          and word < form || ${afterAll}
        order by word, user_id
        limit ${limit}
      ) as walk
      order by word, user_id
      limit ${limit}
    ) as page
    join users on users.id = page.user_id
    order by at, user_id
  `

  const newest = ({ after, limit }: UserQuery, roles: Role[]) => sql<FoundRow[]>`
    select walk.*, (extract(epoch from created_at) * 1000000)::bigint as at
    from unnest(${roles}::text[]) as wanted (only_role)
    cross join lateral (
      select ${columns}
      from users
      where role = only_role
        ${after === undefined ? sql`` : sql`and (created_at, id) < ('epoch'::timestamptz + ${after.at}::bigint * interval '1 microsecond', ${after.id}::uuid)`}
      order by created_at desc, id desc
      limit ${limit}
    ) as walk
    order by created_at desc, id desc
    limit ${limit}
  `

  return {
    /** Gives up to `limit` users: without a search the newest first, else by what they were found at. */
    async search (query: UserQuery): Promise<FoundUser[]> {
      const { q, role } = query
      const roles = role === undefined ? everyRole : [role]
      const rows = await (q === undefined ? newest(query, roles) : found({ ...query, q }, roles))
      return rows.map(({ at, ...row }) => ({ ...recordOf(row), at }))
    }
  }
}
