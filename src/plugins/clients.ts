import fp from 'fastify-plugin'
import { InvalidClient } from '../errors.js'
import { policies } from '../lib/attempts.js'
import { createClients } from '../lib/client-credentials.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets a client of `INTROSPECTION_CLIENTS` through. Wrong credentials are counted by address; right ones are never held up. */
    authenticateClient: (request: FastifyRequest) => Promise<void>
  }
}

export default fp(async (app) => {
  const isClient = createClients(app.config.introspectionClients)
  const countGuess = app.limits.byAddress(policies.clients)

  app.decorate('authenticateClient', async (request) => {
    const { authorization } = request.headers
    if (isClient(authorization)) return
    if (authorization !== undefined) await countGuess(request)
    throw new InvalidClient()
  })
}, { name: 'clients', dependencies: ['config', 'limits'] })
