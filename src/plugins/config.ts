import fp from 'fastify-plugin'
import type { Config } from '../config.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    /** Milliseconds since 1970 by this node's clock. */
    now: () => number
  }
}

export default fp<{ config: Config, now: () => number }>(async (app, { config, now }) => {
  app.decorate('config', config)
  app.decorate('now', now)
}, { name: 'config' })
