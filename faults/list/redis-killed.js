import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'redis-killed',

  async strike ({ stage: { redis }, milliseconds }) {
    await redis.kill()
    await pause(milliseconds)
    redis.erase()
    await redis.start()
  }
}
