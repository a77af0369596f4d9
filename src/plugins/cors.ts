import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { NotFound } from '../errors.js'

/** Of descriptions made from routes, such as @fastify/swagger's. */
const hidden: object = { hide: true }

export default fp(async (app) => {
  if (app.embedded) keepToOurselves(app)

  await cors(forRequestsWithOrigin(app), {
    origin: [...app.config.clientOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600
  }, noError)
}, { name: 'cors', dependencies: ['config', 'cross-site', 'errors'] })

// The library works out its answer for every request; one without an Origin is none of its business, and most are. An OPTIONS
// that is no preflight it would answer in words of its own. Preflights are answered by the hook, which sees unknown routes as well:
// the library's route for all of them, and its mark on requests, would collide with those of an app that has it too.
function forRequestsWithOrigin (app: FastifyInstance): FastifyInstance {
  const addHook = (name: 'onRequest', hook: onRequestHookHandler) => app.addHook(name, function (request, reply, done) {
    const { method, headers } = request
    const hasOrigin = headers.origin !== undefined
    if (method === 'OPTIONS' && !(hasOrigin && headers['access-control-request-method'] !== undefined)) return done(new NotFound())
    if (hasOrigin) hook.call(this, asTheLibraryMaySeeIt(request), reply, done)
    else done()
  })
  return Object.create(app, { addHook: { value: addHook }, decorateRequest: { value: () => app }, options: { value: () => app } })
}

// Without the route's own words on CORS: those are for the hook of an app around us.
function asTheLibraryMaySeeIt ({ raw, headers }: FastifyRequest): FastifyRequest {
  return { raw, headers, routeOptions: {} } as unknown as FastifyRequest
}

// The hook of an app around us leaves our routes alone, and they have preflights of their own: its `OPTIONS *` would get them.
function keepToOurselves (app: FastifyInstance) {
  const paths = new Set<string>()
  app.addHook('onRoute', function (route) {
    route.config = Object.assign({}, route.config, { cors: false })
    if (paths.has(route.path)) return
    paths.add(route.path)
    this.options(route.routePath, { schema: hidden, prefixTrailingSlash: route.path.endsWith('/') ? 'slash' : 'no-slash' }, () => { throw new NotFound() })
  })
}

function noError (error?: Error) {
  if (error !== undefined) throw error
}
