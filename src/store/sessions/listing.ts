import type { Session } from '../../schemas.js'
import type { Sql } from '../database.js'
import { live } from './row.js'

export type ListedSession = Omit<Session, 'current'>

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
      return rows.map(({ createdAt, lastUsedAt, expiresAt, ...row }) => ({
        ...row,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        expiresAt: expiresAt.toISOString()
      }))
    }
  }
}
