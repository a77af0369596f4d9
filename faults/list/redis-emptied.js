import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'redis-emptied',

  async strike ({ stage: { redis }, milliseconds }) {
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(200)) await redis.tell('flushall')
  }
}
