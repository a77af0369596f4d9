import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success } from '../schemas.js'

const healthLive: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/health/live', {
    schema: {
      operationId: 'getLiveness',
      summary: 'Say whether the process runs',
      tags: ['health'],
      response: { 200: Success }
    },
    handler: async () => ({ status: 'success' as const })
  })
}

export default healthLive
