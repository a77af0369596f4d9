import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ById, Name, Role, UserForAdminsReply } from '../../schemas.js'

const Changes = Type.Object({
  name: Type.Optional(Name),
  role: Type.Optional(Role),
  disabled: Type.Optional(Type.Boolean())
})

const changeUser: FastifyPluginAsyncTypebox = async (app) => {
  app.patch('/api/users/:id', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      summary: 'Rename somebody, give or take rights, or shut out and let in again',
      tags: ['admin'],
      security: [{ bearer: [] }, { cookie: [] }],
      params: ById,
      body: Changes,
      response: { 200: UserForAdminsReply }
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
