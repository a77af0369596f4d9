import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'

const Readiness = Type.Object({
  status: Type.Enum(['success', 'error']),
  checks: Type.Object({
    postgres: Type.Enum(['up', 'down']),
    redis: Type.Enum(['up', 'down', 'off'])
  })
}, { title: 'Readiness' })

const healthReady: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/health/ready', {
    schema: {
      operationId: 'getReadiness',
      summary: 'Say whether to send requests here',
      tags: ['health'],
      response: { 200: Readiness, 503: Readiness }
    },
    handler: async (_request, reply) => {
      const checks = await app.checkStores()
      const ready = !app.draining.begun && (checks.postgres === 'up' || checks.redis === 'up')
      if (ready) return { status: 'success' as const, checks }

      reply.header('retry-after', '1')
      return reply.code(503).send({ status: 'error' as const, checks })
    }
  })
}

export default healthReady
