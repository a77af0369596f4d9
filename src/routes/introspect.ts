import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Introspection, PresentedToken } from '../schemas.js'

const introspect: FastifyPluginAsyncTypebox = async (app) => {
  app.takeForms()

  app.post('/api/auth/introspect', {
    onRequest: app.authenticateClient,
    schema: {
      operationId: 'introspectToken',
      summary: 'Say whether a token is live, and what it says (RFC 7662)',
      tags: ['machines'],
      security: [{ client: [] }],
      consumes: ['application/x-www-form-urlencoded'],
      body: PresentedToken,
      response: { 200: Introspection }
    },
    handler: async (request) => await request.introspect(request.body.token)
  })
}

export default introspect
