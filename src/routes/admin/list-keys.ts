import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KeysReply } from '../../schemas.js'

const listKeys: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/keys', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'listKeys',
      summary: 'The signing keys, which of them sign, and whether they can be rotated here',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      response: { 200: KeysReply }
    },
    handler: async () => ({ status: 'success' as const, data: await app.keyRotation.standing() })
  })
}

export default listKeys
