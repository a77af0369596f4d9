import fp from 'fastify-plugin'
import { Forbidden, TokenInvalid, TokenMissing } from '../errors.js'
import type { Identity } from '../lib/identity.js'
import type { Role } from '../schemas.js'

declare module 'fastify' {
  interface FastifyInstance {
    authenticate: (request: FastifyRequest) => Promise<void>
    requireRole: (role: Role) => (request: FastifyRequest) => Promise<void>
  }
  interface FastifyRequest {
    identity: Identity
    [kIdentity]: Identity | null
  }
}

const kIdentity = Symbol('identity')

export default fp(async (app) => {
  app.decorateRequest(kIdentity, null)

  // Reading `request.identity` on a route that forgot `authenticate` fails closed.
  app.decorateRequest('identity', {
    getter () {
      if (this[kIdentity] === null) throw new TokenMissing()
      return this[kIdentity]
    }
  })

  app.decorate('authenticate', async (request) => {
    const presented = request.presentedAccessTokens()
    if (presented.length === 0) throw new TokenMissing()

    let refusal: unknown
    for (const token of presented) {
      try {
        request[kIdentity] = await app.sessions.identify(token)
        return
      } catch (error) {
        // What cannot be said of one value outweighs the refusal of another.
        if (refusal === undefined || refusal instanceof TokenInvalid) refusal = error
      }
    }
    throw refusal
  })

  app.decorate('requireRole', (role) => async (request) => {
    if (request.identity.role !== role) throw new Forbidden()
  })
}, { name: 'authenticate', dependencies: ['sessions', 'presented-tokens'] })
