import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SessionsReply } from '../schemas.js'

const listSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/sessions', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'listSessions',
      summary: 'Where one is signed in',
      tags: ['sessions'],
      security: [{ bearer: [] }, { cookie: [] }],
      response: { 200: SessionsReply }
    },
    handler: async (request) => {
      const { user, sessionId } = request.identity
      const listed = await app.sessions.listOf(user.id)
      const sessions = listed.map((session) => ({ ...session, current: session.id === sessionId }))
      return { status: 'success' as const, data: { sessions } }
    }
  })
}

export default listSessions
