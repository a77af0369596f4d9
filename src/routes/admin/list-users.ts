import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { limitOf, NextCursor, pageOf, PageQuery, placeOf } from '../../lib/pages.js'
import { Role, UserForAdmins } from '../../schemas.js'

const Filter = Type.Object({
  q: Type.Optional(Type.String({ normalize: 'trim', maxLength: 254, description: 'what a word of the name, the address or its domain begins with', examples: ['lovelace'] })),
  role: Type.Optional(Role),
  ...PageQuery
})

const Word = Type.Tuple([Type.String({ minLength: 1, maxLength: 2000 }), Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })])
const Moment = Type.Tuple([Type.String({ pattern: '^[0-9]{1,16}$' }), Word.items[1]])

const UsersReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ users: Type.Array(UserForAdmins), nextCursor: NextCursor })
}, { title: 'UsersReply' })

const listUsers: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/users', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'listUsers',
      summary: 'Users, the newest first, or in the order of the words that a search found',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      querystring: Filter,
      response: { 200: UsersReply }
    },
    handler: async (request) => {
      const { role, cursor } = request.query
      const q = request.query.q === '' ? undefined : request.query.q
      const limit = limitOf(request.query.limit)
      const [at, id] = placeOf(q === undefined ? Moment : Word, cursor) ?? []
      const after = at === undefined || id === undefined ? undefined : { at, id }

      const found = await app.users.search({ q, role, after, limit: limit + 1 })
      const { rows: users, nextCursor } = pageOf(found, limit, ({ at, id }) => [at, id])
      return { status: 'success' as const, data: { users, nextCursor } }
    }
  })
}

export default listUsers
