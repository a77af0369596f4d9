import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import { MalformedRequest } from '../errors.js'

/**
 * Whether a request has two `Host` or two `Authorization` headers: Node keeps the first, a proxy in front may have judged the other.
 * A missing `Host` is no better (RFC 9112, 3.2): Node would refuse it without our envelope.
 */
export function repeatsHeaders ({ rawHeaders, httpVersion }: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): boolean {
  let hosts = 0
  let authorizations = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
    if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations++
  }
  const missing = hosts === 0 && httpVersion === '1.1'
  return missing || hosts > 1 || authorizations > 1
}

export default fp(async (app) => {
  app.addHook('onRequest', (request, _reply, done) => {
    done(repeatsHeaders(request.raw) ? new MalformedRequest() : undefined)
  })
}, { name: 'duplicate-headers', dependencies: ['errors'] })
