import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KeysElsewhere, RotationUnderWay } from '../../errors.js'
import { KeysReply } from '../../schemas.js'

const rotateKeys: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/keys', {
    onRequest: [app.authenticate, app.requireRole('admin')],
    schema: {
      operationId: 'rotateKeys',
      summary: 'Make the keys that sign next, one for each kind of token',
      description: 'They are published at once and sign five minutes later. What the keys before them signed stays good until it expires.',
      tags: ['admin'],
      security: [{ bearer: ['admin'] }, { cookie: ['admin'] }],
      response: { 200: KeysReply },
      failures: [KeysElsewhere, RotationUnderWay]
    },
    handler: async (request) => {
      const data = await app.keyRotation.rotate()
      const kids = data.keys.filter(({ state }) => state === 'next').map(({ kid }) => kid)
      request.log.info({ by: request.identity.user.id, kids }, 'keys rotated')
      return { status: 'success' as const, data }
    }
  })
}

export default rotateKeys
