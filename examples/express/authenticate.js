import { createRemoteJWKSet, jwtVerify } from 'jose'

/** What `jose` says of a token that is no good; everything else means that the keys could not be had. */
const refused = /^ERR_(JWT_|JWS_|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY)/

/**
 * A middleware that lets requests with an access token of Gatehouse through, and puts what the token says on `request.identity`.
 * `issuer` is the server's `PUBLIC_URL`, `audience` its `TOKEN_AUDIENCE`.
 */
export function authenticateWith ({ issuer, audience = issuer, jwksUrl = `${issuer}/.well-known/jwks.json` }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cacheMaxAge: 300_000, timeoutDuration: 2_000 })

  return async (request, response, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) return response.status(401).set('WWW-Authenticate', 'Bearer').json({ message: 'You are not logged in' })

    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'], typ: 'at+jwt', issuer, audience, requiredClaims: ['sub', 'sid', 'exp'], clockTolerance: 5
      })
      request.identity = { userId: payload.sub, sessionId: payload.sid, role: payload.role }
    } catch (error) {
      if (!refused.test(error.code ?? '')) {
        return response.status(503).set('Retry-After', '1').json({ message: 'The keys of the auth server cannot be had' })
      }
      return response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json({ message: 'You are not logged in' })
    }
    next()
  }
}
