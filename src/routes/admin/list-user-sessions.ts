import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ById, SessionsReply } from '../../schemas.js'

const listUserSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/users/:id/sessions', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'listUserSessions',
      summary: 'Where somebody is signed in',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      params: ById,
      response: { 200: SessionsReply }
    },
    handler: async (request) => {
      const { id } = await app.administration.find(request.params.id)
      const listed = await app.sessions.listOf(id)
      const sessions = listed.map((session) => ({ ...session, current: session.id === request.identity.sessionId }))
      return { status: 'success' as const, data: { sessions } }
    }
  })
}

export default listUserSessions
