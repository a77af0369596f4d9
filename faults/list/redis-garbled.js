import { setTimeout as pause } from 'node:timers/promises'

/** What goes to Redis and what it answers arrive with flipped bits, one byte in three hundred. */
export default {
  name: 'redis-garbled',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const { redis } of nodes) redis.garble(1 / 300)
    await pause(milliseconds)
    for (const { redis } of nodes) redis.pass()
  }
}
