import type { ToldUser } from '../../lib/user-lines.js'
import type { Sql } from '../database.js'

export type Transfer = ReturnType<typeof createTransfer>

/** What became of a user: `there` when the address has an account already, `same` when that has this very id, `id_taken` when another account has. */
export type Brought = 'added' | 'there' | 'same' | 'id_taken'

const beforeAll = '00000000-0000-0000-0000-000000000000'

/** How users come from other systems, and go there. */
export function createTransfer (sql: Sql) {
  return {
    /** Brings in users of different addresses, in one statement; gives what became of each. */
    async bring (users: ToldUser[]): Promise<Brought[]> {
      // In one order, so that two who bring the same users at once wait for each other and not in a circle.
      const sorted = [...users].sort((a, b) => a.email < b.email ? -1 : 1)
      const column = (name: keyof ToldUser) => sorted.map((user) => user[name] === null ? null : String(user[name]))
      const added = await sql<{ email: string }[]>`
        insert into users (id, email, name, password_hash, role, photo, verified_at, disabled_at, created_at)
        select
          id, email, name, password_hash, role, photo,
          case when verified::boolean then now() end,
          case when disabled::boolean then now() end,
          least(created_at::timestamptz, now())
        from unnest(
          ${column('id')}::uuid[], ${column('email')}::text[], ${column('name')}::text[], ${column('passwordHash')}::text[], ${column('role')}::text[],
          ${column('photo')}::text[], ${column('verified')}::text[], ${column('disabled')}::text[], ${column('createdAt')}::text[]
        ) as told (id, email, name, password_hash, role, photo, verified, disabled, created_at)
        on conflict do nothing
        returning email
      `
      if (added.length === users.length) return users.map(() => 'added')

      const addresses = new Set(added.map(({ email }) => email))
      const others = users.map(({ email }) => email).filter((email) => !addresses.has(email))
      const found = await sql<{ id: string, email: string }[]>`select id, email from users where email = any(${others}::text[])`
      const there = new Map(found.map(({ id, email }) => [email, id]))
      return users.map(({ id, email }) => addresses.has(email) ? 'added' : there.get(email) === id ? 'same' : there.has(email) ? 'there' : 'id_taken')
    },

    /** Gives every user, a page at a time, in the order of their ids; one who comes meanwhile may be missed. */
    async * all (limit = 1000): AsyncGenerator<ToldUser[]> {
      for (let after = beforeAll; ;) {
        const page = await sql<ToldUser[]>`
          select
            id, email, name, role, photo, verified_at is not null as verified, disabled_at is not null as disabled,
            to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
            password_hash
          from users
          where id > ${after}
          order by id
          limit ${limit}
        `
        if (page.length > 0) yield page
        if (page.length < limit) return
        after = page.at(-1)?.id ?? after
      }
    }
  }
}
