import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Name, Photo, UserReply } from '../schemas.js'

const changeMe: FastifyPluginAsyncTypebox = async (app) => {
  app.patch('/api/users/me', {
    onRequest: app.authenticate,
    schema: {
      operationId: 'changeMe',
      summary: 'Change one\'s name or photo',
      tags: ['users'],
      security: [{ bearer: [] }, { cookie: [] }],
      body: Type.Object({ name: Type.Optional(Name), photo: Type.Optional(Photo) }),
      response: { 200: UserReply }
    },
    handler: async (request) => {
      const user = await app.accounts.changeProfile(request.identity.user.id, request.body, request.from())
      return { status: 'success' as const, data: { user } }
    }
  })
}

export default changeMe
