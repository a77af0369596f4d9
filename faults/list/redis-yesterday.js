import { setTimeout as pause } from 'node:timers/promises'

/** It comes back with what it held before some sessions ended and others were refreshed. */
export default {
  name: 'redis-yesterday',

  async strike ({ stage: { redis }, milliseconds }) {
    await redis.tell('save')
    await pause(milliseconds)
    await redis.kill()
    await redis.start()
    redis.erase()
  }
}
