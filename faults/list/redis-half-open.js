import { setTimeout as pause } from 'node:timers/promises'

/** The connections there are lead nowhere, again and again, and nobody is told. */
export default {
  name: 'redis-half-open',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(Math.min(milliseconds, 2500))) {
      for (const { redis } of nodes) redis.halfOpen()
    }
    for (const { redis } of nodes) redis.pass()
  }
}
