import type { Session } from '../../schemas.js'
import type { Sql } from '../database.js'
import { live } from './row.js'

export type ListedSession = Omit<Session, 'current'>

/** A session as administrators see it. */
export type OwnedSession = ListedSession & { email: string }

type ListedRow = Omit<ListedSession, 'createdAt' | 'lastUsedAt' | 'expiresAt'> & { createdAt: Date, lastUsedAt: Date, expiresAt: Date }

/** What people are shown of their sessions. */
export function createListing (sql: Sql) {
  return {
    /** The live ones, newest use first. */
    async listOf (userId: string): Promise<ListedSession[]> {
      const rows = await sql<ListedRow[]>`
        select id, created_at, refreshed_at as last_used_at, expires_at, ip, user_agent
        from sessions
        where user_id = ${userId} and ${live(sql)}
        order by refreshed_at desc, id
      `
      return rows.map(listed)
    },

    /** The live ones of one user or of everybody, newest use first. Everybody's are all looked through, since no index may name what a refresh changes. */
    async newest ({ userId, limit }: { userId: string | undefined, limit: number }): Promise<OwnedSession[]> {
      const rows = await sql<Array<ListedRow & { email: string }>>`
        select newest.id, email, newest.created_at, refreshed_at as last_used_at, expires_at, ip, user_agent
        from (
          select id, user_id, created_at, refreshed_at, expires_at, ip, user_agent
          from sessions
          where ${live(sql)} ${userId === undefined ? sql`` : sql`and user_id = ${userId}`}
          order by refreshed_at desc, id
          limit ${limit}
        ) as newest
        join users on users.id = user_id
        order by refreshed_at desc, newest.id
      `
      return rows.map(listed)
    },

    /** About how many rows there are, ended ones too, as Postgres last counted them. Looks at none of them. */
    async roughly (): Promise<number> {
      const [table] = await sql<{ rows: number }[]>`select reltuples as rows from pg_class where oid = 'sessions'::regclass`
      return Math.max(table?.rows ?? 0, 0)
    }
  }
}

const listed = <Row extends ListedRow>({ createdAt, lastUsedAt, expiresAt, ...row }: Row) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
  expiresAt: expiresAt.toISOString()
})
