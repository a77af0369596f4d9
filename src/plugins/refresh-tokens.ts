import fp from 'fastify-plugin'
import { TokenMissing } from '../errors.js'
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

    const verified = await verifyEach(presented)
    const claims = goodOnes(verified)
    const refusal = verified.findLast(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
    if (claims.length === 0) throw refusal?.reason
    for (const sid of new Set(claims.map(({ sid }) => sid))) await app.limits.take(policies.refresh, sid)
    return await app.sessions.refresh(claims, this.from())
  })

  app.decorateRequest('refreshCookiesOfOurs', async function () {
    return goodOnes(await verifyEach(this.presentedRefreshCookies()))
  })

  const verifyEach = async (presented: string[]) =>
    await Promise.allSettled(presented.map(async (token) => await app.tokens.verify('refresh', token)))

  const goodOnes = (verified: Array<PromiseSettledResult<Claims>>) =>
    verified.flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
}, { name: 'refresh-tokens', dependencies: ['sessions', 'limits', 'presented-tokens', 'request-origin'] })
