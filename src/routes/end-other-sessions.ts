import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'

const endOtherSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.delete('/api/sessions', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'endOtherSessions',
      summary: 'Sign all other devices out',
      tags: ['sessions'],
      security: [{ bearer: [] }, { cookie: [] }],
      response: { 204: Type.Null() }
    },
    handler: async (request, reply) => {
      const { user, sessionId } = request.identity
      await app.sessions.endAllOf(user.id, 'revoked', request.from(), sessionId)
      return reply.code(204).send(null)
    }
  })
}

export default endOtherSessions
