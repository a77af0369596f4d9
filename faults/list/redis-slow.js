import { setTimeout as pause } from 'node:timers/promises'

/** About as slow as a command may be before it is given up. */
export default {
  name: 'redis-slow',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const { redis } of nodes) redis.delay(60, 40)
    await pause(milliseconds)
    for (const { redis } of nodes) redis.pass()
  }
}
