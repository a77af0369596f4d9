import fp from 'fastify-plugin'
import type { Config } from '../config.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    /** Milliseconds since 1970 by this node's clock. */
    now: () => number
    /** Whether this runs inside somebody else's Fastify, whose server, logger and unknown routes are not ours. */
    embedded: boolean
  }
}

export default fp<{ config: Config, now: () => number, embedded?: boolean }>(async (app, { config, now, embedded = false }) => {
  app.decorate('config', config)
  app.decorate('now', now)
  app.decorate('embedded', embedded)
}, { name: 'config' })
