import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { EmailTaken, EmailTokenInvalid, Unavailable } from '../errors.js'
import { EmailToken, UserReply } from '../schemas.js'

const verifyEmail: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/auth/verify-email', {
    schema: {
      operationId: 'verifyEmail',
      summary: 'Show by a mailed token that an address is yours',
      tags: ['accounts'],
      body: Type.Object({ token: EmailToken }),
      response: { 200: UserReply },
      failures: [EmailTokenInvalid, EmailTaken, Unavailable]
    },
    handler: async (request) => {
      const user = await app.users.verifyEmail(request.body.token, request.from())
      await app.copies.userChanged(user)
      app.mail.wake()
      return { status: 'success' as const, data: { user } }
    }
  })
}

export default verifyEmail
