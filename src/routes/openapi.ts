import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Cacheable } from '../schemas.js'

const openapi: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/openapi.json', {
    schema: {
      operationId: 'getOpenapi',
      summary: 'This description of the API (OpenAPI 3.1)',
      tags: ['discovery'],
      response: { 200: Type.Unsafe<string>({ type: 'object', description: 'An OpenAPI document', examples: [{ openapi: '3.1.1' }] }) },
      responseHeaders: { 200: Cacheable }
    },
    handler: async (_request, reply) => {
      const { json } = await app.openapi()
      return reply.headers({ 'cache-control': 'public, max-age=300', vary: 'Origin' }).type('application/json; charset=utf-8').send(json)
    }
  })
}

export default openapi
