import type { ISql } from 'postgres'

/** Where a request came from, as events and sessions remember it. */
export interface Origin { ip: string, userAgent: string | null }

export const eventTypes = [
  'user.registered', 'user.updated', 'user.role_changed', 'user.disabled', 'user.enabled', 'user.deleted',
  'login.succeeded', 'login.failed', 'login.throttled',
  'session.refreshed', 'session.ended', 'session.reuse_detected',
  'password.changed', 'password.reset_requested', 'password.reset',
  'email.verification_sent', 'email.verified', 'email.change_requested', 'email.changed'
] as const

export type EventType = typeof eventTypes[number]

export interface NewEvent extends Partial<Origin> {
  type: EventType
  userId?: string | null
  sessionId?: string | null
  /** Words of ours and the caller's, never a secret. */
  detail?: Record<string, string | number | boolean | null>
}

/** Writes an event in the transaction of the change it tells of. */
export async function noteEvent (sql: ISql, { type, userId = null, sessionId = null, ip, userAgent, detail = {} }: NewEvent) {
  await sql`
    insert into events (type, user_id, session_id, ip, user_agent, detail)
    values (${type}, ${userId}, ${sessionId}, ${ip ?? null}, ${userAgent ?? null}, ${JSON.stringify(detail)}::text::jsonb)
  `
}
