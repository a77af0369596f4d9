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
    /** Counts what a limit refused, by the limit. */
    limited: (policy: Policy) => void
  }
}

export default fp(async (app) => {
  const store = createLimitsStore(app.redis, app.now)
  const off = !app.config.rateLimits
  const limited = app.measures.counter({
    name: 'gatehouse_limited_total',
    help: 'What a limit refused, by the limit; a mail too many to one address is dropped in silence',
    labels: ['limit'],
    known: Object.values(policies).map(({ name }) => name)
  })

  async function take (policy: Policy, ...parts: string[]) {
    const wait = off ? 0 : await store.attempt(policy, ...parts)
    if (wait === 0) return
    limited.count(policy.name)
    throw new TooManyRequests(wait / 1000)
  }

  async function mayMail (email: string): Promise<boolean> {
    const wait = off ? 0 : await store.attempt(policies.mailsToAddress, email)
    if (wait > 0) limited.count(policies.mailsToAddress.name)
    return wait === 0
  }

  app.decorate('limitsStore', store)
  app.decorate('limited', ({ name }) => limited.count(name))
  app.decorate('limits', {
    take,
    byAddress: (policy) => async (request) => await take(policy, networkOf(request.ip)),
    mayMail
  })
}, { name: 'limits', dependencies: ['config', 'measures', 'redis'] })
