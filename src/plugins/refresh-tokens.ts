import fp from 'fastify-plugin'
import { TokenInvalid, TokenMissing } from '../errors.js'
import { policies } from '../lib/attempts.js'
import type { Claims } from '../lib/tokens.js'
import type { Issued } from './issuing.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Refreshes by the first of these tokens that is good for it. @throws TokenMissing, TokenInvalid, TooManyRequests, Unavailable */
    refreshWith: (presented: string[]) => Promise<Issued>
    /** What the refresh cookies say that we signed and that have not expired. */
    refreshCookiesOfOurs: () => Promise<Claims[]>
  }
}

export default fp(async (app) => {
  app.decorateRequest('refreshWith', async function (presented) {
    if (presented.length === 0) throw new TokenMissing()

    let refusal: unknown
    for (const token of presented) {
      try {
        const claims = await app.tokens.verify('refresh', token)
        await app.limits.take(policies.refresh, claims.sid)
        return await app.sessions.refresh(claims, this.from())
      } catch (error) {
        if (!(error instanceof TokenInvalid)) throw error
        refusal = error
      }
    }
    throw refusal
  })

  app.decorateRequest('refreshCookiesOfOurs', async function () {
    const verified = await Promise.allSettled(this.presentedRefreshCookies().map(async (token) => await app.tokens.verify('refresh', token)))
    return verified.flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
  })
}, { name: 'refresh-tokens', dependencies: ['sessions', 'limits', 'presented-tokens', 'request-origin'] })
