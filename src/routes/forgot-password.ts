import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { TooManyRequests, Unavailable } from '../errors.js'
import { policies } from '../lib/attempts.js'
import { Email, Success } from '../schemas.js'

const forgotPassword: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/auth/forgot-password', {
    preHandler: app.limits.byAddress(policies.mailsByCaller),
    schema: {
      operationId: 'forgotPassword',
      summary: 'Have a link mailed that sets another password',
      tags: ['accounts'],
      body: Type.Object({ email: Email }),
      response: { 202: Success },
      failures: [TooManyRequests, Unavailable]
    },
    // Nothing here may depend on whether the address has an account: the time an answer takes would tell.
    handler: async (request, reply) => {
      const { email } = request.body
      if (await app.limits.mayMail(email)) {
        await app.users.requestReset(email)
        app.events.note({ type: 'password.reset_requested', email, ...request.from() })
        app.mail.wake()
      }
      return reply.code(202).send({ status: 'success' })
    }
  })
}

export default forgotPassword
