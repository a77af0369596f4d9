import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'

const Jwks = Type.Object({
  keys: Type.Array(Type.Object({
    kty: Type.Literal('RSA'),
    n: Type.String(),
    e: Type.String(),
    kid: Type.String(),
    alg: Type.Literal('RS256'),
    use: Type.Literal('sig')
  }))
})

const jwks: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/.well-known/jwks.json', {
    schema: {
      summary: 'The public keys of access tokens (RFC 7517)',
      tags: ['discovery'],
      response: { 200: Jwks }
    },
    handler: async (_request, reply) => {
      reply.headers({ 'cache-control': 'public, max-age=300', vary: 'Origin' })
      return app.keys.jwks()
    }
  })
}

export default jwks
