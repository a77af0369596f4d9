import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ById, UserForAdminsReply } from '../../schemas.js'

const getUser: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/users/:id', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'getUser',
      summary: 'Who somebody is',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      params: ById,
      response: { 200: UserForAdminsReply }
    },
    handler: async (request) => {
      const user = await app.administration.find(request.params.id)
      return { status: 'success' as const, data: { user } }
    }
  })
}

export default getUser
