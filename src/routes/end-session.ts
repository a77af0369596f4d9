import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { NotFound } from '../errors.js'
import { ById, EmptiedForThisSession } from '../schemas.js'

const endSession: FastifyPluginAsyncTypebox = async (app) => {
  app.delete('/api/sessions/:id', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'endSession',
      summary: 'Sign one device out',
      tags: ['sessions'],
      security: [{ bearer: [] }, { cookie: [] }],
      params: ById,
      response: { 204: Type.Null() },
      responseHeaders: { 204: EmptiedForThisSession }
    },
    handler: async (request, reply) => {
      const { user, sessionId } = request.identity
      const id = request.params.id.toLowerCase()
      if (!await app.sessions.endOwn(id, user.id, request.from())) throw new NotFound()

      if (id === sessionId) reply.clearSession()
      return reply.code(204).send(null)
    }
  })
}

export default endSession
