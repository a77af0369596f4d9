import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { EmailToken } from '../schemas.js'

const verifyEmailPage: FastifyPluginAsyncTypebox = async (app) => {
  // Programs that look through mails follow links: this one leads to a page, and uses nothing up.
  app.get('/api/auth/verify-email', {
    schema: {
      operationId: 'openVerificationPage',
      summary: 'Lead to the page that presents a mailed token',
      tags: ['accounts'],
      querystring: Type.Object({ token: EmailToken }),
      response: { 303: Type.Null() },
      responseHeaders: { 303: { Location: Type.String({ format: 'uri', description: 'The page `/verify-email` at `APP_URL`' }) } }
    },
    handler: async (request, reply) => {
      const page = new URL(`${app.config.appUrl}/verify-email`)
      page.searchParams.set('token', request.query.token)
      return reply.redirect(page.href, 303)
    }
  })
}

export default verifyEmailPage
