import fp from 'fastify-plugin'
import { MalformedRequest } from '../errors.js'

// Node keeps the first of two `Host` or `Authorization` headers, a proxy in front may have judged the other.
// A missing `Host` is refused here too (RFC 9112, 3.2): Node would do it without our envelope.
export default fp(async (app) => {
  app.addHook('onRequest', (request, _reply, done) => {
    const { rawHeaders } = request.raw
    let hosts = 0
    let authorizations = 0
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] ?? ''
      if (name.length === 4 && name.toLowerCase() === 'host') hosts++
      if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations++
    }
    const missing = hosts === 0 && request.raw.httpVersion === '1.1'
    done(missing || hosts > 1 || authorizations > 1 ? new MalformedRequest() : undefined)
  })
}, { name: 'duplicate-headers', dependencies: ['errors'] })
