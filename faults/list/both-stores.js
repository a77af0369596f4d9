import { setTimeout as pause } from 'node:timers/promises'

/** First no node reaches any store, then both stores are killed. */
export default {
  name: 'both-stores',

  async strike ({ stage: { nodes, redis, postgres }, milliseconds }) {
    const proxies = nodes.flatMap((node) => [node.redis, node.postgres])
    for (const proxy of proxies) proxy.cut()
    await pause(milliseconds / 2)
    await Promise.all([redis.kill(), postgres.kill()])
    for (const proxy of proxies) proxy.pass()
    await pause(milliseconds / 2)
    redis.erase()
    await Promise.all([redis.start(), postgres.start()])
  }
}
