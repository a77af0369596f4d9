import fp from 'fastify-plugin'
import { createTokens, type Tokens } from '../lib/tokens.js'

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens
  }
}

export default fp(async (app) => {
  const { publicUrl, tokenAudience, accessTokenSeconds, refreshTokenSeconds, clockToleranceSeconds } = app.config
  app.decorate('tokens', createTokens({
    keys: app.keys,
    issuer: publicUrl,
    audience: tokenAudience,
    lifetimes: { access: accessTokenSeconds, refresh: refreshTokenSeconds },
    toleranceSeconds: clockToleranceSeconds,
    now: app.now
  }))
}, { name: 'tokens', dependencies: ['config', 'keys'] })
