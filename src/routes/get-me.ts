import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { UserReply } from '../schemas.js'

const getMe: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/users/me', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'getMe',
      summary: 'Who is signed in',
      tags: ['users'],
      security: [{ bearer: [] }, { cookie: [] }],
      response: { 200: UserReply }
    },
    handler: (request, reply) => { reply.send({ status: 'success', data: { user: request.identity.user } }) }
  })
}

export default getMe
