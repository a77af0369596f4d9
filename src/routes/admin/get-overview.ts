import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Overview, Period } from '../../schemas.js'

const Filter = Type.Object({ period: Type.Optional(Period) })

const OverviewReply = Type.Object({
  status: Type.Literal('success'),
  data: Overview
}, { title: 'OverviewReply' })

const getOverview: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/overview', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'getOverview',
      summary: 'Sign-ins over a period, users, sessions, and how this node does',
      description: 'Of the last 24 hours, when no period is named. Figures of the stores are up to five seconds old.',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      querystring: Filter,
      response: { 200: OverviewReply }
    },
    handler: async (request) => {
      const data = await app.overview(request.query.period ?? '24h')
      return { status: 'success' as const, data }
    }
  })
}

export default getOverview
