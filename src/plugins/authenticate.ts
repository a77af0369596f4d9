import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { Forbidden, TokenInvalid, TokenMissing } from '../errors.js'
import type { Identity } from '../lib/identity.js'
import type { Role } from '../schemas.js'

type Guard = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

declare module 'fastify' {
  interface FastifyInstance {
    authenticate: Guard
    requireRole: (role: Role) => Guard
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

  // A warm request is told apart without a promise: nothing of it waits.
  app.decorate('authenticate', (request, _reply, done) => {
    const presented = request.presentedAccessTokens()
    const [first] = presented
    if (first === undefined) return done(new TokenMissing())

    const known = app.sessions.recognise(first)
    if (known !== undefined) return accept(request, known, done)
    // Not returned: a hook that calls `done` and gives a promise too lets the request through twice.
    void identifyAny(presented).then((identity) => accept(request, identity, done), done)
  })

  function accept (request: FastifyRequest, identity: Identity, done: HookHandlerDoneFunction) {
    request[kIdentity] = identity
    done()
  }

  async function identifyAny (presented: string[]): Promise<Identity> {
    let refusal: unknown
    for (const token of presented) {
      try {
        return await app.sessions.identify(token)
      } catch (error) {
        // What cannot be said of one value outweighs the refusal of another.
        if (refusal === undefined || refusal instanceof TokenInvalid) refusal = error
      }
    }
    throw refusal
  }

  app.decorate('requireRole', (role) => (request, _reply, done) => {
    done(request.identity.role === role ? undefined : new Forbidden())
  })
}, { name: 'authenticate', dependencies: ['sessions', 'presented-tokens'] })
