import fp from 'fastify-plugin'
import { createKeyRing, type Keys } from '../lib/key-ring.js'
import { loadKeys } from '../store/key-files.js'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
  }
}

export default fp(async (app) => {
  app.decorate('keys', createKeyRing(await loadKeys(app.config)))
}, { name: 'keys', dependencies: ['config'] })
