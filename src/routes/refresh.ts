import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TokenInvalid, TokenMissing, TooManyRequests } from '../errors.js'
import { EmptiedCookies, SessionCookies, Tokens, TokenText } from '../schemas.js'

const RefreshToken = Type.Object({ refresh_token: Type.Optional(TokenText) })

const refresh: FastifyPluginAsyncTypebox = async (app) => {
  const schema = {
    summary: 'Trade a refresh token for new tokens',
    tags: ['sessions'],
    security: [{ refreshCookie: [] }, {}],
    response: { 200: Tokens },
    failures: [TooManyRequests],
    responseHeaders: { 200: SessionCookies, 401: EmptiedCookies }
  }

  app.post('/api/auth/refresh', {
    schema: { ...schema, operationId: 'refresh', body: RefreshToken },
    handler: async (request, reply) => {
      const { refresh_token: presented } = request.body
      return await trade(request, reply, presented)
    }
  })

  app.get('/api/auth/refresh', {
    exposeHeadRoute: false,
    config: { changesByGet: true },
    schema: { ...schema, operationId: 'refreshByGet', summary: 'Trade the refresh cookie for new ones, for clients that call it so' },
    handler: async (request, reply) => await trade(request, reply)
  })

  async function trade (request: FastifyRequest, reply: FastifyReply, inBody?: string) {
    try {
      if (inBody !== undefined) return reply.tokens(await request.refreshWith([inBody]), 'body')
      return reply.tokens(await request.refreshWith(request.presentedRefreshCookies()), 'cookie')
    } catch (error) {
      if (error instanceof TokenInvalid || error instanceof TokenMissing) reply.clearSession()
      throw error
    }
  }
}

export default refresh
