import fp from 'fastify-plugin'
import { CrossSiteRequest } from '../errors.js'
import { isCrossSite } from '../lib/origins.js'
import { bearerOf } from '../lib/presented.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether a page of another site sent this request, and it may change something. */
    isCrossSite: (request: FastifyRequest, changesByGet?: boolean) => boolean
  }
  interface FastifyContextConfig {
    /** A GET that changes something, kept for clients in the field: no link and no other site may call it. */
    changesByGet?: true
  }
}

export default fp(async (app) => {
  const allowed = new Set([app.config.publicUrl, ...app.config.clientOrigins])

  const changingGets: string[] = []
  app.addHook('onRoute', ({ path, config }) => {
    if (config?.changesByGet === true && !changingGets.includes(path)) changingGets.push(path)
  })

  app.decorate('isCrossSite', ({ method, headers }, changesByGet = false) => isCrossSite({
    method,
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site'] as string | undefined,
    fetchMode: headers['sec-fetch-mode'] as string | undefined,
    bearsToken: bearerOf(headers.authorization) !== undefined,
    changesByGet: changesByGet && method === 'GET'
  }, allowed))

  // Most requests are told apart by their method and path: what route they lead to is asked only when it might be one of those.
  // Another's router may take other spellings for the same path.
  const mayChange = (url: string) => app.embedded || url.includes('%') || changingGets.some((path) => url.includes(path))

  app.addHook('onRequest', (request, _reply, done) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (reads && !mayChange(request.url)) return done()
    const changesByGet = request.routeOptions.config.changesByGet === true
    if (reads && !changesByGet) return done()
    done(app.isCrossSite(request, changesByGet) ? new CrossSiteRequest() : undefined)
  })
}, { name: 'cross-site', dependencies: ['config', 'errors'] })
