import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { LastAdmin } from '../../errors.js'
import { ById } from '../../schemas.js'

const deleteUser: FastifyPluginAsyncTypebox = async (app) => {
  app.delete('/api/users/:id', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete somebody\'s account and all that belongs to it',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      params: ById,
      response: { 204: Type.Null() },
      failures: [LastAdmin]
    },
    handler: async (request, reply) => {
      await app.administration.remove(request.params.id.toLowerCase(), request.actor())
      return reply.code(204).send(null)
    }
  })
}

export default deleteUser
