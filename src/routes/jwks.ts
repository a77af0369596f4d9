import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Cacheable } from '../schemas.js'

const Jwks = Type.Object({
  keys: Type.Array(Type.Object({
    kty: Type.Literal('RSA'),
    n: Type.String({ description: 'The modulus, in base64url' }),
    e: Type.String({ description: 'The exponent, in base64url', examples: ['AQAB'] }),
    kid: Type.String({ description: 'The RFC 7638 thumbprint of the key' }),
    alg: Type.Literal('RS256'),
    use: Type.Literal('sig')
  }))
}, { title: 'Jwks' })

const jwks: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/.well-known/jwks.json', {
    schema: {
      operationId: 'getKeys',
      summary: 'The public keys of access tokens (RFC 7517)',
      tags: ['discovery'],
      response: { 200: Jwks },
      responseHeaders: { 200: Cacheable }
    },
    handler: async (_request, reply) => {
      reply.headers({ 'cache-control': 'public, max-age=300', vary: 'Origin' })
      return app.keys.jwks()
    }
  })
}

export default jwks
