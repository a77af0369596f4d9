import fp from 'fastify-plugin'
import { CrossSiteRequest } from '../errors.js'
import { isCrossSite } from '../lib/origins.js'
import { bearerOf } from '../lib/presented.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A GET that changes something, kept for clients in the field: no link and no other site may call it. */
    changesByGet?: true
  }
}

export default fp(async (app) => {
  const allowed = new Set([app.config.publicUrl, ...app.config.clientOrigins])

  app.addHook('onRequest', (request, _reply, done) => {
    const changesByGet = request.routeOptions.config.changesByGet === true
    if ((request.method === 'GET' || request.method === 'HEAD') && !changesByGet) return done()

    const { headers } = request
    const crossSite = isCrossSite({
      method: request.method,
      origin: headers.origin,
      fetchSite: headers['sec-fetch-site'] as string | undefined,
      fetchMode: headers['sec-fetch-mode'] as string | undefined,
      bearsToken: bearerOf(headers.authorization) !== undefined,
      changesByGet: changesByGet && request.method === 'GET'
    }, allowed)
    done(crossSite ? new CrossSiteRequest() : undefined)
  })
}, { name: 'cross-site', dependencies: ['config', 'errors'] })
