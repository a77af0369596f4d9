import type { ISql } from 'postgres'
import type { Role, Transport } from '../../schemas.js'
import type { Sql } from '../database.js'
import type { SessionRecord } from './record.js'

/** A row of `sessions`, and what the database's clock makes of it. */
export interface Session {
  id: string
  userId: string
  accessId: string
  refreshId: string
  previousAccessId: string | null
  previousRefreshId: string | null
  olderAccessIds: string[] | null
  olderRefreshIds: string[] | null
  olderReplacedAt: Date[] | null
  successorUsed: boolean
  accessRole: Role
  transport: Transport
  version: number
  /** When it was last given tokens of no descent, and the refresh tokens known then. */
  renewedAt: Date | null
  retiredRefreshIds: string[] | null
  refreshedAt: Date
  expiresAt: Date
  /** As text: microseconds, more than a Date holds. */
  openedAtMicros: string
  live: boolean
  /** The database's clock when the row was read. */
  readAt: Date
}

export type EndedBecause =
  'logout' | 'revoked' | 'reuse' | 'replaced' | 'too_many' |
  'password_changed' | 'password_reset' | 'user_disabled' | 'user_deleted'

export interface Lifetimes { refreshSeconds: number, maxSeconds: number, overlapMilliseconds: number, perUser: number }

export const sessionColumns = (sql: Sql) => sql`
  id, user_id, access_id, refresh_id, previous_access_id, previous_refresh_id, older_access_ids, older_refresh_ids, older_replaced_at,
  successor_used, access_role, transport, version, renewed_at, retired_refresh_ids, refreshed_at, expires_at,
  (extract(epoch from created_at) * 1000000)::bigint as opened_at_micros,
  (${live(sql)}) as live, now() as read_at
`

export const live = (sql: Sql) => sql`
  ended_at is null and expires_at > now() and sessions.created_at > (select coalesce(max(at), '-infinity') from mass_endings)
`

export const asEnded = (sql: ISql, because: EndedBecause) => sql`ended_at = now(), ended_because = ${because}, version = version + 1`

/** What the layers above hold of a session. */
export function recordOf (session: Session): SessionRecord {
  return {
    id: session.id,
    userId: session.userId,
    version: session.version,
    accessId: session.accessId,
    replaced: replacedOf(session),
    openedAtMicros: Number(session.openedAtMicros),
    used: session.successorUsed
  }
}

function replacedOf ({ previousAccessId, refreshedAt, olderAccessIds, olderReplacedAt }: Session): SessionRecord['replaced'] {
  if (previousAccessId === null) return []
  const older = (olderAccessIds ?? []).map((accessId, place) => ({ accessId, at: olderReplacedAt?.[place]?.getTime() ?? 0 }))
  return [{ accessId: previousAccessId, at: refreshedAt.getTime() }, ...older]
}
