import fp from 'fastify-plugin'
import { TooManyAttempts } from '../errors.js'
import { networkOf } from '../lib/address.js'
import { policies, type Policy } from '../lib/attempts.js'
import { createKnownAddresses } from '../store/known-addresses.js'

declare module 'fastify' {
  interface FastifyInstance {
    guesses: {
      /** Counts one guess at an account's password, before it is hashed. @throws TooManyAttempts, Busy, Unavailable */
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
  const store = app.limitsStore
  const knownAddresses = createKnownAddresses(app.sql)

  async function count (policy: Policy, ...parts: string[]) {
    const wait = await store.guess(policy, ...parts)
    if (wait > 0) refuse(policy, wait)
  }

  function refuse (policy: Policy, wait: number): never {
    app.limited(policy)
    throw new TooManyAttempts(wait / 1000)
  }

  /** Whether the guess is one of those that strangers have in common. */
  async function countStranger (email: string, ip: string): Promise<boolean> {
    if (await store.isKnown(email, networkOf(ip))) return false
    const wait = await store.guess(policies.loginByStrangers, email)
    if (wait === 0) return true

    // What an emptied Redis has forgotten Postgres knows; it is asked only here, where fifty guesses have been paid for.
    if (!await knownAddresses.isKnown(email, ip)) refuse(policies.loginByStrangers, wait)
    await store.rememberKnown(email, networkOf(ip))
    return false
  }

  app.decorate('guesses', {
    async admit (email, ip) {
      if (!app.config.rateLimits) return uncounted
      const network = networkOf(ip)
      await count(policies.loginByAddress, network)
      await count(policies.loginByPair, email, network)
      const refundPair = async () => await store.refund(policies.loginByPair, email, network)

      // Strangers share one count, so that no number of addresses adds up to more guesses, and none of them keeps the owner out.
      // Another guess may make the address known before this one is judged: what was counted here is what is taken back.
      const stranger = await countStranger(email, ip).catch(async (refusal) => {
        await refundPair()
        throw refusal
      })
      const refundStranger = async () => { if (stranger) await store.refund(policies.loginByStrangers, email) }

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
}, { name: 'guesses', dependencies: ['config', 'database', 'limits'] })
