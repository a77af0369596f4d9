import fp from 'fastify-plugin'
import { TooManyRequests } from '../errors.js'
import { networkOf } from '../lib/address.js'
import { policies, type Policy } from '../lib/attempts.js'
import { createLimitsStore, type LimitsStore } from '../store/limits.js'

declare module 'fastify' {
  interface FastifyInstance {
    limits: {
      /** Counts one request of `parts`. @throws TooManyRequests */
      take: (policy: Policy, ...parts: string[]) => Promise<void>
      /** A guard for a route: counts by the caller's address. */
      byAddress: (policy: Policy) => (request: FastifyRequest) => Promise<void>
      /** Counts one mail to an address; false for one too many, of which nobody is told. */
      mayMail: (email: string) => Promise<boolean>
    }
    limitsStore: LimitsStore
  }
}

export default fp(async (app) => {
  const store = createLimitsStore(app.redis, app.now)
  const off = !app.config.rateLimits

  async function take (policy: Policy, ...parts: string[]) {
    const wait = off ? 0 : await store.attempt(policy, ...parts)
    if (wait > 0) throw new TooManyRequests(wait / 1000)
  }

  app.decorate('limitsStore', store)
  app.decorate('limits', {
    take,
    byAddress: (policy) => async (request) => await take(policy, networkOf(request.ip)),
    mayMail: async (email) => off || await store.attempt(policies.mailsToAddress, email) === 0
  })
}, { name: 'limits', dependencies: ['config', 'redis'] })
