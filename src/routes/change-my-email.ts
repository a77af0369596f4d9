import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, EmailTaken, TooManyRequests, WrongPassword } from '../errors.js'
import { policies } from '../lib/attempts.js'
import { Email, Password, Success } from '../schemas.js'

const changeMyEmail: FastifyPluginAsyncTypebox = async (app) => {
  app.put('/api/users/me/email', {
    onRequest: app.authenticate,
    preHandler: app.limits.byAddress(policies.mailsByCaller),
    schema: {
      operationId: 'changeMyEmail',
      summary: 'Ask for another address, which takes effect once it is verified',
      tags: ['users'],
      security: [{ bearer: [] }, { cookie: [] }],
      body: Type.Object({ email: Email, password: Password }),
      response: { 202: Success },
      failures: [WrongPassword, TooManyRequests, Busy, EmailTaken]
    },
    handler: async (request, reply) => {
      const { email, password } = request.body
      const user = await app.verifyOwnPassword(request.identity.user, password, request.from())
      const mail = await app.limits.mayMail(email)
      await app.users.requestEmailChange(user, email, { mail, ...request.from() })
      app.mail.wake()
      return reply.code(202).send({ status: 'success' })
    }
  })
}

export default changeMyEmail
