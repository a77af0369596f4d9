import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TokenInvalid } from '../errors.js'
import { PresentedToken, Success } from '../schemas.js'

const revoke: FastifyPluginAsyncTypebox = async (app) => {
  app.takeForms()

  app.post('/api/auth/revoke', {
    onRequest: app.authenticateClient,
    schema: {
      operationId: 'revokeToken',
      summary: 'End the session of a token (RFC 7009)',
      tags: ['machines'],
      security: [{ client: [] }],
      consumes: ['application/x-www-form-urlencoded'],
      body: PresentedToken,
      response: { 200: Success }
    },
    handler: async (request) => {
      const session = await sessionOf(request.body.token)
      if (session !== undefined) await app.sessions.end(session, 'revoked', request.from())
      return { status: 'success' as const }
    }
  })

  /** The session of a token of ours, of either kind and expired or not. */
  async function sessionOf (token: string): Promise<string | undefined> {
    try {
      const { sid } = await app.tokens.verify(app.purposeOf(token), token, 'allowed')
      return sid
    } catch (error) {
      if (error instanceof TokenInvalid) return undefined
      throw error
    }
  }
}

export default revoke
