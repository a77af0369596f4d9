import { setTimeout as pause } from 'node:timers/promises'

export default {
  name: 'subscription-cut',

  async strike ({ stage: { nodes }, milliseconds }) {
    for (const { redis } of nodes) redis.cut('subscription')
    await pause(milliseconds)
    for (const { redis } of nodes) redis.pass()
  }
}
