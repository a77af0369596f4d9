import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ById } from '../../schemas.js'

const endUserSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.delete('/api/users/:id/sessions', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'endUserSessions',
      summary: 'Sign somebody out everywhere',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      params: ById,
      response: { 204: Type.Null() }
    },
    handler: async (request, reply) => {
      await app.administration.endSessions(request.params.id.toLowerCase(), request.actor())
      return reply.code(204).send(null)
    }
  })
}

export default endUserSessions
