import fp from 'fastify-plugin'

type Check = 'up' | 'down'

export interface Checks { postgres: Check, redis: Check | 'off' }

declare module 'fastify' {
  interface FastifyInstance {
    /** Asks each store whether it answers. */
    checkStores: () => Promise<Checks>
  }
}

export default fp(async (app) => {
  const up = async (asking: Promise<unknown>): Promise<Check> => await asking.then(() => 'up', () => 'down')
  const ask = async (): Promise<Checks> => {
    const [postgres, redis] = await Promise.all([
      up(app.sql`select 1`.execute()),
      app.redis === undefined ? 'off' as const : up(app.redis.ping())
    ])
    return { postgres, redis }
  }

  // However many ask at once, each store is asked once.
  let asking: ReturnType<typeof ask> | undefined
  app.decorate('checkStores', async () => await (asking ??= ask().finally(() => { asking = undefined })))
}, { name: 'health', dependencies: ['database', 'redis'] })
