import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { LastAdmin } from '../../errors.js'
import { ById, Name, Role, UserForAdminsReply } from '../../schemas.js'

const Changes = Type.Object({
  name: Type.Optional(Name),
  role: Type.Optional(Role),
  disabled: Type.Optional(Type.Boolean({ description: 'A disabled user cannot sign in, and every session ends', examples: [false] }))
})

const changeUser: FastifyPluginAsyncTypebox = async (app) => {
  app.patch('/api/users/:id', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'changeUser',
      summary: 'Rename somebody, give or take rights, or shut out and let in again',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      params: ById,
      body: Changes,
      response: { 200: UserForAdminsReply },
      failures: [LastAdmin]
    },
    handler: async (request) => {
      const { name, role, disabled } = request.body
      const wanted = { ...(name !== undefined && { name }), ...(role !== undefined && { role }), ...(disabled !== undefined && { disabled }) }
      const user = await app.administration.change(request.params.id.toLowerCase(), wanted, request.actor())
      return { status: 'success' as const, data: { user } }
    }
  })
}

export default changeUser
