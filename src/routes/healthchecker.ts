import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'

const healthchecker: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/healthchecker', {
    schema: {
      operationId: 'checkHealth',
      summary: 'Say that the server answers',
      tags: ['health'],
      response: { 200: Type.Object({ status: Type.Literal('success'), message: Type.String({ examples: ['Gatehouse is up'] }) }) }
    },
    handler: async () => ({ status: 'success' as const, message: 'Gatehouse is up' })
  })
}

export default healthchecker
