import { setTimeout as pause } from 'node:timers/promises'

/** It comes back with what it held before some sessions ended and others were refreshed, and so does a node that remembers none of it. */
export default {
  name: 'redis-yesterday',
  breaks: 'connections',

  async strike ({ stage: { redis, b }, milliseconds }) {
    await redis.tell('save')
    await pause(milliseconds)
    await Promise.all([redis.kill(), b.kill()])
    await redis.start()
    await b.start()
    redis.erase()
  }
}
