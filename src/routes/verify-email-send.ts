import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TooManyRequests } from '../errors.js'
import { policies } from '../lib/attempts.js'
import { Success } from '../schemas.js'

const verifyEmailSend: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/auth/verify-email/send', {
    onRequest: app.authenticate,
    preHandler: app.limits.byAddress(policies.mailsByCaller),
    schema: {
      operationId: 'sendVerification',
      summary: 'Have the mail that verifies your address sent again',
      tags: ['accounts'],
      security: [{ bearer: [] }, { cookie: [] }],
      response: { 202: Success },
      failures: [TooManyRequests]
    },
    handler: async (request, reply) => {
      const { id, email, verified } = request.identity.user
      if (!verified && await app.limits.mayMail(email)) {
        await app.users.requestVerification(id)
        app.mail.wake()
      }
      return reply.code(202).send({ status: 'success' })
    }
  })
}

export default verifyEmailSend
