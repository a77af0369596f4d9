import { once } from 'node:events'
import fp from 'fastify-plugin'
import { connectMilliseconds, connectRedis, type RedisClient } from '../store/redis.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Undefined without `REDIS_URL`: one node, in memory. */
    redis: RedisClient | undefined
  }
}

export default fp(async (app) => {
  const { redisUrl } = app.config
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl)
  app.decorate('redis', { getter: () => redis })
  if (redis === undefined) return

  redis.on('error', (error: Error) => app.log.warn({ error: error.message }, 'Redis failed'))
  app.addHook('onReady', async () => await connected(redis))
  app.addHook('onClose', () => redis.disconnect())
}, { name: 'redis', dependencies: ['config'] })

/** Until Redis is there, so that the first requests find it; one that stays away is not waited for. */
async function connected (redis: RedisClient) {
  const giveUp = AbortSignal.timeout(connectMilliseconds)
  while (redis.status !== 'ready' && !giveUp.aborted) await once(redis, 'ready', { signal: giveUp }).catch(() => {})
}
