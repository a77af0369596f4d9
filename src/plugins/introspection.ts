import fp from 'fastify-plugin'
import { TokenInvalid } from '../errors.js'
import { claimsIn } from '../lib/tokens.js'
import type { Introspection } from '../schemas.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What a token of either kind is worth now (RFC 7662); `active: false` for whatever is not live. @throws Unavailable */
    introspect: (token: string) => Promise<Introspection>
  }
}

export default fp(async (app) => {
  app.decorateRequest('introspect', async function (token) {
    try {
      return app.purposeOf(token) === 'access' ? await accessToken(token) : await refreshToken(token)
    } catch (error) {
      if (!(error instanceof TokenInvalid)) throw error
      this.log.info({ reason: error.reason }, 'not active')
      return { active: false }
    }
  })

  // A service that asks has been shown the token: that is a use of it. The role is the live record's.
  async function accessToken (token: string): Promise<Introspection> {
    const { role } = app.sessions.recognise(token) ?? await app.sessions.identify(token)
    return { active: true, token_type: 'access_token', ...claimsIn(token), role }
  }

  async function refreshToken (token: string): Promise<Introspection> {
    const claims = await app.tokens.verify('refresh', token)
    if (!await app.sessions.isLive(claims)) throw new TokenInvalid('not_live')
    return { active: true, token_type: 'refresh_token', ...claims }
  }
}, { name: 'introspection', dependencies: ['tokens', 'sessions'] })
