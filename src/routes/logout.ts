import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TokenInvalid, TokenMissing } from '../errors.js'
import { EmptiedCookies, Success, TokenText } from '../schemas.js'

const Leaving = Type.Object({
  refresh_token: Type.Optional(TokenText),
  everywhere: Type.Optional(Type.Boolean({ description: 'End every session of the user', examples: [false] }))
})

const logout: FastifyPluginAsyncTypebox = async (app) => {
  const schema = {
    summary: 'End the session, or all sessions',
    tags: ['sessions'],
    security: [{ bearer: [] }, { cookie: [] }, { refreshCookie: [] }, {}],
    response: { 200: Success },
    responseHeaders: { 200: EmptiedCookies, 401: EmptiedCookies }
  }

  app.post('/api/auth/logout', {
    schema: { ...schema, operationId: 'logout', body: Leaving },
    handler: async (request, reply) => {
      const { refresh_token: inBody, everywhere = false } = request.body
      return await leave(request, reply, everywhere, inBody)
    }
  })

  app.get('/api/auth/logout', {
    exposeHeadRoute: false,
    config: { changesByGet: true },
    schema: { ...schema, operationId: 'logoutByGet', summary: 'End the session, for clients that call it so' },
    handler: async (request, reply) => await leave(request, reply, false)
  })

  async function leave (request: FastifyRequest, reply: FastifyReply, everywhere: boolean, inBody?: string) {
    try {
      const presented = await request.presentedForLogout(inBody)
      if (everywhere) {
        const owner = await request.liveOwner(presented)
        if (owner === undefined) throw new TokenInvalid('not_live')
        await app.sessions.endAllOf(owner, 'logout', request.from())
      } else {
        for (const sid of new Set(presented.map(({ claims }) => claims.sid))) await app.sessions.end(sid, 'logout', request.from())
      }
      reply.clearSession()
      return { status: 'success' as const }
    } catch (error) {
      if (error instanceof TokenInvalid || error instanceof TokenMissing) reply.clearSession()
      throw error
    }
  }
}

export default logout
