import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, EmailTokenInvalid, PasswordTooWeak, Unavailable } from '../errors.js'
import { weaknessOf } from '../lib/password-rules.js'
import { EmailToken, NewPassword, Success } from '../schemas.js'

const resetPassword: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/auth/reset-password', {
    schema: {
      operationId: 'resetPassword',
      summary: 'Set another password by a mailed token',
      tags: ['accounts'],
      body: Type.Object({ token: EmailToken, password: NewPassword }),
      response: { 200: Success },
      failures: [EmailTokenInvalid, PasswordTooWeak, Busy, Unavailable]
    },
    handler: async (request) => {
      const { token, password } = request.body
      // Looked at before it is used up: a stranger cannot make us hash, and a weak password costs no token.
      const account = await app.users.findResetting(token)
      if (account === undefined) throw new EmailTokenInvalid()
      const weakness = await weaknessOf(password, account)
      if (weakness !== undefined) throw new PasswordTooWeak(weakness)

      const passwordHash = await app.passwords.hash(password)
      const { user, ended } = await app.users.resetPassword(token, passwordHash, request.from())
      await Promise.all([app.copies.ended(ended), app.copies.userChanged(user)])
      app.mail.wake()
      return { status: 'success' as const }
    }
  })
}

export default resetPassword
