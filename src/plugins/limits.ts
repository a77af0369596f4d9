import fp from 'fastify-plugin'
import { TooManyAttempts, TooManyRequests } from '../errors.js'
import { networkOf } from '../lib/address.js'
import { policies, type Policy } from '../lib/attempts.js'
import { createLimitsStore } from '../store/limits.js'

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
    guesses: {
      /** Counts one guess at an account's password, before it is hashed. @throws TooManyAttempts */
      admit: (email: string, ip: string) => Promise<Guess>
    }
  }
}

interface Guess {
  /** It was right: it and those before it from this address are forgiven. */
  forgive: () => Promise<void>
  /** It was not judged: it does not count. */
  refund: () => Promise<void>
}

const uncounted: Guess = { forgive: async () => {}, refund: async () => {} }

export default fp(async (app) => {
  const store = createLimitsStore(app.redis, app.now)
  const off = !app.config.rateLimits

  async function take (policy: Policy, ...parts: string[]) {
    const wait = off ? 0 : await store.attempt(policy, ...parts)
    if (wait > 0) throw new TooManyRequests(wait / 1000)
  }

  async function count (policy: Policy, ...parts: string[]) {
    const wait = await store.attempt(policy, ...parts)
    if (wait > 0) throw new TooManyAttempts(wait / 1000)
  }

  app.decorate('limits', {
    take,
    byAddress: (policy) => async (request) => await take(policy, networkOf(request.ip)),
    mayMail: async (email) => off || await store.attempt(policies.mailsToAddress, email) === 0
  })

  app.decorate('guesses', {
    async admit (email, ip) {
      if (off) return uncounted
      const network = networkOf(ip)
      await count(policies.loginByAddress, network)
      await count(policies.loginByPair, email, network)
      const refundPair = async () => await store.refund(policies.loginByPair, email, network)

      // Another guess may make the address known before this one is judged: what was counted here is what is taken back.
      const stranger = !await store.isKnown(email, network)
      const refundStranger = async () => { if (stranger) await store.refund(policies.loginByStrangers, email) }

      // Strangers share one count, so that no number of addresses adds up to more guesses, and none of them keeps the owner out.
      if (stranger) {
        await count(policies.loginByStrangers, email).catch(async (refusal) => {
          await refundPair()
          throw refusal
        })
      }

      return {
        async forgive () {
          await Promise.all([store.forget(policies.loginByPair, email, network), store.rememberKnown(email, network), refundStranger()])
        },
        async refund () {
          await Promise.all([refundPair(), refundStranger()])
        }
      }
    }
  })
}, { name: 'limits', dependencies: ['config', 'redis'] })
