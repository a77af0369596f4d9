import { setTimeout as pause } from 'node:timers/promises'

/** Too little memory: first it throws copies out at once, then it takes no more. */
export default {
  name: 'redis-evicting',

  async strike ({ stage: { redis }, milliseconds }) {
    await redis.tell('config', 'set', 'maxmemory', '900kb', 'maxmemory-policy', 'allkeys-random')
    await pause(milliseconds / 2)
    await redis.tell('config', 'set', 'maxmemory-policy', 'noeviction')
    await pause(milliseconds / 2)
    await redis.tell('config', 'set', 'maxmemory', '0')
  }
}
