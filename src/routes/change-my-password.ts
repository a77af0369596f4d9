import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, PasswordTooWeak, TooManyRequests, WrongPassword } from '../errors.js'
import { weaknessOf } from '../lib/password-rules.js'
import { NewPassword, Password, SessionCookies, Tokens } from '../schemas.js'

const changeMyPassword: FastifyPluginAsyncTypebox = async (app) => {
  app.put('/api/users/me/password', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'changeMyPassword',
      summary: 'Change one\'s password; every other session ends',
      tags: ['users'],
      security: [{ bearer: [] }, { cookie: [] }],
      body: Type.Object({ currentPassword: Password, newPassword: NewPassword }),
      response: { 200: Tokens },
      failures: [PasswordTooWeak, WrongPassword, TooManyRequests, Busy],
      responseHeaders: { 200: SessionCookies }
    },
    handler: async (request, reply) => {
      const { currentPassword, newPassword } = request.body
      const { user, sessionId } = request.identity
      const weakness = await weaknessOf(newPassword, user)
      if (weakness !== undefined) throw new PasswordTooWeak(weakness)

      const verified = await app.verifyOwnPassword(user, currentPassword, request.from())
      const passwordHash = await app.passwords.hash(newPassword)
      const { issued, transport } = await app.accounts.changePassword(verified, { passwordHash, sessionId }, request.from())
      return reply.tokens(issued, transport)
    }
  })
}

export default changeMyPassword
