import fp from 'fastify-plugin'
import { TokenInvalid, TokenMissing } from '../errors.js'
import type { Purpose } from '../lib/keys.js'
import type { Claims } from '../lib/tokens.js'

export interface PresentedForLogout { purpose: Purpose, token: string, claims: Claims }

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The tokens of ours, of either kind and expired or not, that came to be logged out. A header is judged alone, and so is a body's token;
     * of cookies the good ones count. @throws TokenMissing, TokenInvalid
     */
    presentedForLogout: (inBody: string | undefined) => Promise<PresentedForLogout[]>
    /** Whose session one of these tokens is live in. @throws Unavailable */
    liveOwner: (presented: PresentedForLogout[]) => Promise<string | undefined>
  }
}

export default fp(async (app) => {
  async function read (token: string): Promise<PresentedForLogout> {
    const purpose = app.purposeOf(token)
    return { purpose, token, claims: await app.tokens.verify(purpose, token, 'allowed') }
  }

  app.decorateRequest('presentedForLogout', async function (inBody) {
    const bearer = this.presentedBearer()
    const explicit = [bearer, inBody].filter((token) => token !== undefined)
    const cookies = bearer === undefined ? [...this.presentedAccessTokens(), ...this.presentedRefreshCookies()] : []
    if (explicit.length + cookies.length === 0) throw new TokenMissing()

    const named = await Promise.all(explicit.map(read))
    const found = (await Promise.allSettled(cookies.map(read))).flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
    if (named.length + found.length === 0) throw new TokenInvalid('not_ours')
    return [...named, ...found]
  })

  app.decorateRequest('liveOwner', async function (presented) {
    for (const { purpose, token, claims } of presented) {
      const live = purpose === 'access' ? await isLiveAccess(token) : claims.exp > app.now() / 1000 && await app.sessions.isLive(claims)
      if (live) return claims.sub
    }
    return undefined
  })

  async function isLiveAccess (token: string): Promise<boolean> {
    try {
      await app.sessions.identify(token)
      return true
    } catch (error) {
      if (error instanceof TokenInvalid) return false
      throw error
    }
  }
}, { name: 'logout-tokens', dependencies: ['tokens', 'sessions', 'presented-tokens'] })
