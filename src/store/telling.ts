import { changeMessage, changesChannel } from './changes.js'
import type { RedisClient } from './redis.js'
import { createCopiesInRedis } from './shared-copies.js'
import type { UserRecord } from './users/row.js'

export type Telling = ReturnType<typeof createTelling>

/** Tells the nodes what was committed by a process that is none: through Redis, as one of them would. Each throws when Redis does not take it. */
export function createTelling (redis: RedisClient, accessSeconds: number) {
  const channel = changesChannel(redis)
  const copies = createCopiesInRedis(redis, accessSeconds)
  const publish = async (message: string) => await redis.publish(channel, message)

  return {
    async ended (ids: string[]) {
      if (ids.length > 0) await Promise.all([publish(changeMessage.ended(ids)), ...ids.map(async (id) => await copies.sessions.end(id))])
    },
    async everyoneEnded (micros: number) {
      await publish(changeMessage.everyone(micros))
    },
    async userChanged (user: UserRecord) {
      await copies.users.put(user, channel, changeMessage.user(user.id, user.version))
    }
  }
}
