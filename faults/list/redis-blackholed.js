import { setTimeout as pause } from 'node:timers/promises'

/** One node hears nothing of Redis, and what it says arrives when all is over. */
export default {
  name: 'redis-blackholed',

  async strike ({ stage: { a, b }, milliseconds }) {
    a.redis.blackhole(['down'])
    await pause(milliseconds / 2)
    a.redis.pass()
    b.redis.blackhole(['up'])
    await pause(milliseconds / 2)
    b.redis.pass()
  }
}
