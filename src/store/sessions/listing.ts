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

    /** The live ones of one user or of everybody, newest use first. Everybody's are all looked through. */
    async newest ({ userId, limit }: { userId: string | undefined, limit: number }): Promise<OwnedSession[]> {
      const rows = await sql<Array<ListedRow & { email: string }>>`
        select sessions.id, email, sessions.created_at, refreshed_at as last_used_at, expires_at, ip, user_agent
        from sessions
        join users on users.id = user_id
        where ${live(sql)} ${userId === undefined ? sql`` : sql`and user_id = ${userId}`}
        order by refreshed_at desc, sessions.id
        limit ${limit}
      `
      return rows.map(listed)
    }
  }
}

const listed = <Row extends ListedRow>({ createdAt, lastUsedAt, expiresAt, ...row }: Row) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
  expiresAt: expiresAt.toISOString()
})
