import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Busy, LastAdmin, TooManyRequests, WrongPassword } from '../errors.js'
import { EmptiedCookies, Password } from '../schemas.js'

const deleteMe: FastifyPluginAsyncTypebox = async (app) => {
  app.delete('/api/users/me', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'deleteMe',
      summary: 'Delete one\'s account and all that belongs to it',
      tags: ['users'],
      security: [{ bearer: [] }, { cookie: [] }],
      body: Type.Object({ password: Password }),
      response: { 204: Type.Null() },
      failures: [WrongPassword, TooManyRequests, Busy, LastAdmin],
      responseHeaders: { 204: EmptiedCookies }
    },
    handler: async (request, reply) => {
      const { user, sessionId } = request.identity
      const { id, passwordVersion } = await app.verifyOwnPassword(user, request.body.password, request.from())
      if (!await app.accounts.remove(id, { passwordVersion, sessionId, ...request.from() })) throw new WrongPassword()
      return reply.clearSession().code(204).send(null)
    }
  })
}

export default deleteMe
