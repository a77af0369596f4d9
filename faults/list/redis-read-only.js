import { setTimeout as pause } from 'node:timers/promises'

/** A replica of a master that is gone, then a master without the replicas that it wants. */
export default {
  name: 'redis-read-only',

  async strike ({ stage: { redis }, milliseconds }) {
    await redis.tell('replicaof', '127.0.0.1', '1')
    await pause(milliseconds / 2)
    await redis.tell('replicaof', 'no', 'one')
    await redis.tell('config', 'set', 'min-replicas-to-write', '1')
    await pause(milliseconds / 2)
    await redis.tell('config', 'set', 'min-replicas-to-write', '0')
  }
}
