import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, InvalidCredentials, TooManyAttempts, Unavailable } from '../errors.js'
import { Email, Password, SessionCookies, Tokens, Transport } from '../schemas.js'

const Credentials = Type.Object({
  email: Email,
  password: Password,
  transport: Type.Optional(Transport)
})

const login: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/auth/login', {
    onRequest: app.refuseWhenBusy,
    schema: {
      operationId: 'login',
      summary: 'Trade an email and password for a session',
      tags: ['sessions'],
      body: Credentials,
      response: { 200: Tokens },
      failures: [InvalidCredentials, TooManyAttempts, Busy, Unavailable],
      responseHeaders: { 200: SessionCookies }
    },
    handler: async (request, reply) => {
      const { email, password, transport = 'cookie' } = request.body
      const from = request.from()
      const user = await app.verifyCredentials(email, password, from)
      if (user === undefined) throw new InvalidCredentials()

      const replaces = await request.refreshCookiesOfOurs()
      const issued = await app.sessions.open(user, { transport, replaces, ...from })
      if (issued === undefined) {
        app.logins.count('changed_meanwhile')
        app.events.note({ type: 'login.failed', userId: user.id, detail: { because: 'changed_meanwhile' }, ...from })
        throw new InvalidCredentials()
      }
      app.logins.count('succeeded')
      return reply.tokens(issued, transport)
    }
  })
}

export default login
