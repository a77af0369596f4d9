import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, EmailTaken, PasswordTooWeak, TooManyRequests, Unavailable } from '../errors.js'
import { policies } from '../lib/attempts.js'
import { weaknessOf } from '../lib/password-rules.js'
import { Email, Name, NewPassword, UserReply } from '../schemas.js'

const NewAccount = Type.Object({
  name: Name,
  email: Email,
  password: NewPassword
})

const register: FastifyPluginAsyncTypebox = async (app) => {
  const registrations = app.measures.counter({ name: 'gatehouse_registrations_total', help: 'Accounts that people opened' })

  app.post('/api/auth/register', {
    preHandler: app.limits.byAddress(policies.register),
    schema: {
      operationId: 'register',
      summary: 'Open an account',
      tags: ['accounts'],
      body: NewAccount,
      response: { 200: UserReply },
      failures: [PasswordTooWeak, EmailTaken, TooManyRequests, Busy, Unavailable]
    },
    handler: async (request) => {
      const { name, email, password } = request.body
      const weakness = await weaknessOf(password, { name, email })
      if (weakness !== undefined) throw new PasswordTooWeak(weakness)

      const passwordHash = await app.passwords.hash(password)
      const user = await app.accounts.register({ name, email, passwordHash }, request.from())
      registrations.count()
      return { status: 'success' as const, data: { user } }
    }
  })
}

export default register
