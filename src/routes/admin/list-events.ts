import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Event, EventType } from '../../lib/event.js'
import { limitOf, NextCursor, pageOf, PageQuery, placeOf } from '../../lib/pages.js'

const Filter = Type.Object({
  // Of a string's formats, `uuid` takes spellings that are none to Postgres.
  user: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', examples: ['0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11'] })),
  type: Type.Optional(EventType),
  ...PageQuery
})

const Place = Type.Tuple([Type.String({ pattern: '^[0-9]{1,16}$' }), Type.String({ pattern: '^[0-9]{1,18}$' })])

const EventsReply = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ events: Type.Array(Event), nextCursor: NextCursor })
}, { title: 'EventsReply' })

const listEvents: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/events', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'listEvents',
      summary: 'What happened, newest first',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      querystring: Filter,
      response: { 200: EventsReply }
    },
    handler: async (request) => {
      const { user, type, cursor } = request.query
      const limit = limitOf(request.query.limit)
      const [micros, id] = placeOf(Place, cursor) ?? []
      const after = micros === undefined || id === undefined ? undefined : { micros, id }

      const found = await app.events.list({ user, type, after, limit: limit + 1 })
      const { rows: events, nextCursor } = pageOf(found, limit, ({ micros, id }) => [micros, id])
      return { status: 'success' as const, data: { events, nextCursor } }
    }
  })
}

export default listEvents
