import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { accessTokensIn, bearerOf, cookieValues } from '../lib/presented.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The same as `presentedAccessTokens`, of any request: one to another's route has no decorators of ours. */
    accessTokensOf: (request: FastifyRequest) => string[]
  }
  interface FastifyRequest {
    /** The access tokens to judge, in their order: the header's alone when there is one, else every cookie of the name. */
    presentedAccessTokens: () => string[]
    /** Every value of the refresh cookie. */
    presentedRefreshCookies: () => string[]
    /** The token of an `Authorization` header; undefined when there is none of ours. */
    presentedBearer: () => string | undefined
  }
}

export default fp(async (app) => {
  const accessCookie = `${app.config.cookiePrefix}access_token`
  const refreshCookie = `${app.config.cookiePrefix}refresh_token`

  app.decorateRequest('presentedBearer', function () {
    return bearerOf(this.headers.authorization)
  })

  const accessTokensOf = ({ headers }: Pick<FastifyRequest, 'headers'>) => accessTokensIn(headers, accessCookie)
  app.decorate('accessTokensOf', accessTokensOf)
  app.decorateRequest('presentedAccessTokens', function () {
    return accessTokensOf(this)
  })

  app.decorateRequest('presentedRefreshCookies', function () {
    return cookieValues(this.headers.cookie, refreshCookie)
  })
}, { name: 'presented-tokens', dependencies: ['config'] })
