import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'subscription-blackholed',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const { redis } of nodes) redis.blackhole(['down'], 'subscription')
    await pause(milliseconds)
    for (const { redis } of nodes) redis.pass()
  }
}
