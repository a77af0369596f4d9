import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Forbidden } from '../errors.js'
import { headerValue } from '../lib/header-value.js'
import { Role } from '../schemas.js'

// A proxy that asks for `?rol=admin` by mistake is told, and lets nobody in.
const Wanted = Type.Object({ role: Type.Optional(Role) }, { additionalProperties: false })

const IdentityHeaders = {
  'X-Auth-User-Id': Type.String({ format: 'uuid' }),
  'X-Auth-Session-Id': Type.String({ format: 'uuid' }),
  'X-Auth-Role': Role,
  'X-Auth-Email': Type.String({ description: 'What is not visible ASCII is percent-encoded', examples: ['ada@example.com'] })
}

const check: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/auth/check', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'checkIdentity',
      summary: 'Tell a reverse proxy who is calling, in the headers of the answer',
      tags: ['machines'],
      security: [{ bearer: [] }, { cookie: [] }],
      querystring: Wanted,
      response: { 204: Type.Null() },
      failures: [Forbidden],
      responseHeaders: { 204: IdentityHeaders }
    },
    handler: (request, reply) => {
      const { user, sessionId, role } = request.identity
      if (request.query.role === 'admin' && role !== 'admin') throw new Forbidden()

      reply.header('x-auth-user-id', user.id)
        .header('x-auth-session-id', sessionId)
        .header('x-auth-role', role)
        .header('x-auth-email', headerValue(user.email))
        .code(204).send(null)
    }
  })
}

export default check
