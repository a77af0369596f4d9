import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'redis-frozen',

  async strike ({ stage: { redis }, milliseconds }) {
    redis.freeze()
    await pause(milliseconds)
    redis.thaw()
  }
}
