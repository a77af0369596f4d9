import fp from 'fastify-plugin'
import type { Purpose } from '../lib/keys.js'
import { createTokens, type Tokens } from '../lib/tokens.js'

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens
    /** Which kind of token of ours this claims to be; `tokens.verify` tells whether it is one. */
    purposeOf: (token: string) => Purpose
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

  app.decorate('purposeOf', (token) => {
    const [header = ''] = token.split('.', 1)
    return app.keys.find('refresh', header) === undefined ? 'access' : 'refresh'
  })
}, { name: 'tokens', dependencies: ['config', 'keys'] })
