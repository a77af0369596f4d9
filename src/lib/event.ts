import { Type, type Static } from 'typebox'

export const eventTypes = [
  'user.registered', 'user.updated', 'user.role_changed', 'user.disabled', 'user.enabled', 'user.deleted',
  'login.succeeded', 'login.failed', 'login.throttled',
  'session.refreshed', 'session.ended', 'session.reuse_detected',
  'password.changed', 'password.reset_requested', 'password.reset',
  'email.verification_sent', 'email.verified', 'email.change_requested', 'email.changed'
] as const

export const EventType = Type.Enum([...eventTypes])
export type EventType = typeof eventTypes[number]

const orNull = (options = {}) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })

/** What is told of an event, to administrators and to the webhook. */
export const Event = Type.Object({
  id: Type.String({ description: 'digits; rises with the order of writing' }),
  at: Type.String({ format: 'date-time' }),
  type: EventType,
  userId: orNull({ format: 'uuid' }),
  sessionId: orNull({ format: 'uuid' }),
  ip: orNull(),
  userAgent: orNull(),
  detail: Type.Record(Type.String(), Type.Unknown())
})
export type Event = Static<typeof Event>
