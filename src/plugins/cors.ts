import cors from '@fastify/cors'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { NotFound } from '../errors.js'

export default fp(async (app) => {
  await cors(forRequestsWithOrigin(app), {
    origin: [...app.config.clientOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600
  }, noError)
}, { name: 'cors', dependencies: ['config', 'cross-site'] })

// The library works out its answer for every request; one without an Origin is none of its business, and most are. An OPTIONS
// that is no preflight it would answer in words of its own.
function forRequestsWithOrigin (app: FastifyInstance): FastifyInstance {
  const addHook = (name: 'onRequest', hook: onRequestHookHandler) => app.addHook(name, function (request, reply, done) {
    const { method, headers } = request
    const hasOrigin = headers.origin !== undefined
    if (method === 'OPTIONS' && !(hasOrigin && headers['access-control-request-method'] !== undefined)) return done(new NotFound())
    if (hasOrigin) hook.call(this, request, reply, done)
    else done()
  })
  return Object.create(app, { addHook: { value: addHook } })
}

function noError (error?: Error) {
  if (error !== undefined) throw error
}
