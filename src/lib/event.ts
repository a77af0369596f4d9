import { Type, type Static } from 'typebox'

export const eventTypes = [
  'user.registered', 'user.updated', 'user.role_changed', 'user.disabled', 'user.enabled', 'user.deleted',
  'login.succeeded', 'login.failed', 'login.throttled',
  'session.refreshed', 'session.ended', 'session.reuse_detected',
  'password.changed', 'password.reset_requested', 'password.reset',
  'email.verification_sent', 'email.verified', 'email.change_requested', 'email.changed'
] as const

export const EventType = Type.Enum([...eventTypes], { title: 'EventType' })
export type EventType = typeof eventTypes[number]

const orNull = (options = {}) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })

/** What is told of an event, to administrators and to the webhook. */
export const Event = Type.Object({
  id: Type.String({ description: 'digits; rises with the order of writing', examples: ['41'] }),
  at: Type.String({ format: 'date-time' }),
  type: EventType,
  userId: orNull({ format: 'uuid' }),
  sessionId: orNull({ format: 'uuid' }),
  ip: orNull({ examples: ['203.0.113.7'] }),
  userAgent: orNull({ examples: ['curl/8.14.1'] }),
  detail: Type.Record(Type.String(), Type.Unknown(), { examples: [{ because: 'logout' }] })
}, { title: 'Event' })
export type Event = Static<typeof Event>
