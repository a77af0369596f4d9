import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { Forbidden, TokenInvalid, TokenMissing } from '../errors.js'
import type { Identity } from '../lib/identity.js'
import type { Role } from '../schemas.js'

/** A hook for a route's `onRequest`, `preValidation` or `preHandler`: it lets the request through or refuses it with an error. */
export type Guard = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets a request through that carries a live access token. Throws `token_missing`, `token_invalid` or, when nobody can say, `unavailable`. */
    authenticate: Guard
    /** Lets the identity of a request through that has this role: to stand after `authenticate`. Throws `forbidden`. */
    requireRole: (role: Role) => Guard
  }
  interface FastifyRequest {
    /** Who is calling. Reading it where `authenticate` did not run throws `token_missing`. */
    identity: Identity
  }
}

export interface Authentication {
  /** The access tokens to judge, in their order. */
  presented: (request: FastifyRequest) => string[]
  /** Who a token says is calling, as far as this process knows without asking anybody; undefined is no verdict. */
  recognise: (token: string) => Identity | undefined
  identify: (token: string) => Promise<Identity>
  /** To put what belongs to a refusal onto its answer. */
  refused?: (error: Error, reply: FastifyReply) => void
}

/** Where `authenticate` leaves who is calling: whatever guards in a process has a slot of its own, and believes in no other. */
export type IdentitySlot = symbol

const slotsOf = (request: object) => request as Record<IdentitySlot, Identity | null | undefined>

/** Adds `request.identity`. */
export function decorateIdentity (app: FastifyInstance): IdentitySlot {
  const slot = Symbol('identity')
  app.decorateRequest(slot, null)

  // Reading `request.identity` on a route that forgot `authenticate` fails closed.
  app.decorateRequest('identity', {
    getter () {
      const identity = slotsOf(this)[slot]
      if (identity === null || identity === undefined) throw new TokenMissing()
      return identity
    }
  })
  return slot
}

/** Adds `authenticate` and `requireRole`, and `request.identity` unless that is there. */
export function decorateAuthentication (app: FastifyInstance, { presented, recognise, identify, refused = () => {} }: Authentication, slot = decorateIdentity(app)) {
  // A warm request is told apart without a promise: nothing of it waits.
  app.decorate('authenticate', (request, reply, done) => {
    const tokens = presented(request)
    const [first] = tokens
    if (first === undefined) return refuse(new TokenMissing(), reply, done)

    const known = recognise(first)
    if (known !== undefined) return accept(request, known, done)
    // Not returned: a hook that calls `done` and gives a promise too lets the request through twice.
    void identifyAny(tokens).then((identity) => accept(request, identity, done), (error: Error) => refuse(error, reply, done))
  })

  function refuse (error: Error, reply: FastifyReply, done: HookHandlerDoneFunction) {
    refused(error, reply)
    done(error)
  }

  function accept (request: FastifyRequest, identity: Identity, done: HookHandlerDoneFunction) {
    slotsOf(request)[slot] = identity
    done()
  }

  async function identifyAny (tokens: string[]): Promise<Identity> {
    let refusal: unknown
    for (const token of tokens) {
      try {
        return await identify(token)
      } catch (error) {
        // What cannot be said of one value outweighs the refusal of another.
        if (refusal === undefined || refusal instanceof TokenInvalid) refusal = error
      }
    }
    throw refusal
  }

  app.decorate('requireRole', (role) => (request, _reply, done) => {
    const identity = slotsOf(request)[slot]
    if (identity === null || identity === undefined) return done(new TokenMissing())
    done(identity.role === role ? undefined : new Forbidden())
  })
}
