import { createSharedCopies } from './layers/shared.js'
import type { RedisClient } from './redis.js'
import { decodeSession, encodeSession, type SessionRecord } from './sessions/record.js'
import { decodeUser, type UserRecord } from './users/row.js'

/** How long a copy of a session is worth keeping: a live access token is no older than its life. */
export const keptMilliseconds = (accessSeconds: number) => ({ session: (accessSeconds + 60) * 1000, user: 2 * (accessSeconds + 60) * 1000 })

/** What Redis holds of sessions and of users. */
export function createCopiesInRedis (redis: RedisClient, accessSeconds: number) {
  const milliseconds = keptMilliseconds(accessSeconds)
  return {
    sessions: createSharedCopies<SessionRecord>(redis, { kind: 'session', encode: encodeSession, decode: decodeSession, milliseconds: milliseconds.session }),
    users: createSharedCopies<UserRecord>(redis, {
      kind: 'user', encode: (user) => JSON.stringify(user), decode: decodeUser, milliseconds: milliseconds.user
    })
  }
}
