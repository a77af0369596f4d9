import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Cacheable } from '../schemas.js'

const clientSecretBasic = Type.Array(Type.Literal('client_secret_basic'))

const Metadata = Type.Object({
  issuer: Type.String({ examples: ['https://auth.example.com'] }),
  jwks_uri: Type.String({ examples: ['https://auth.example.com/.well-known/jwks.json'] }),
  introspection_endpoint: Type.String({ examples: ['https://auth.example.com/api/auth/introspect'] }),
  introspection_endpoint_auth_methods_supported: clientSecretBasic,
  revocation_endpoint: Type.String({ examples: ['https://auth.example.com/api/auth/revoke'] }),
  revocation_endpoint_auth_methods_supported: clientSecretBasic
}, { title: 'ServerMetadata' })

const serverMetadata: FastifyPluginAsyncTypebox = async (app) => {
  const { publicUrl } = app.config
  const base = `${publicUrl}${app.prefix}`
  // No authorization and no token endpoint: nobody gets tokens here by a grant of OAuth.
  const metadata = {
    issuer: publicUrl,
    jwks_uri: `${base}/.well-known/jwks.json`,
    introspection_endpoint: `${base}/api/auth/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic' as const],
    revocation_endpoint: `${base}/api/auth/revoke`,
    revocation_endpoint_auth_methods_supported: ['client_secret_basic' as const]
  }

  app.get('/.well-known/oauth-authorization-server', {
    schema: {
      operationId: 'getServerMetadata',
      summary: 'What machines need to know of this server (RFC 8414)',
      tags: ['discovery'],
      response: { 200: Metadata },
      responseHeaders: { 200: Cacheable }
    },
    handler: async (_request, reply) => {
      reply.headers({ 'cache-control': 'public, max-age=300', vary: 'Origin' })
      return metadata
    }
  })
}

export default serverMetadata
