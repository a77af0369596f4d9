import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Cacheable } from '../schemas.js'

const docs: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/docs', {
    schema: {
      operationId: 'getDocs',
      summary: 'This description of the API, for people',
      tags: ['discovery'],
      response: { 200: { content: { 'text/html': { schema: Type.String() } } } },
      responseHeaders: { 200: Cacheable }
    },
    handler: async (_request, reply) => {
      const { page } = await app.openapi()
      // The page has a style and nothing else: no script, no picture, no form.
      reply.headers({ 'cache-control': 'public, max-age=300', 'content-security-policy': page.contentSecurityPolicy })
      return reply.type('text/html; charset=utf-8').send(page.html)
    }
  })
}

export default docs
