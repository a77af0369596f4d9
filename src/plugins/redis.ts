import fp from 'fastify-plugin'
import { traceCommands } from '../store/redis-spans.js'
import { connectMilliseconds, connectRedis, untilReady, type RedisClient } from '../store/redis.js'

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

  if (app.tracing !== undefined) traceCommands(redis, app.tracing.within)
  redis.on('error', (error: Error) => app.log.warn({ error: error.message }, 'Redis failed'))
  // So that the first requests find it.
  app.addHook('onReady', async () => { await untilReady(redis, connectMilliseconds) })
  app.addHook('onClose', () => redis.disconnect())
}, { name: 'redis', dependencies: ['config', 'tracing'] })
