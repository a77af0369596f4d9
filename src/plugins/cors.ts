import cors from '@fastify/cors'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { NotFound } from '../errors.js'

export default fp(async (app) => {
  // The library would answer an OPTIONS that is no preflight in words of its own.
  app.addHook('onRequest', ({ method, headers }, _reply, done) => {
    const isPreflight = headers.origin !== undefined && headers['access-control-request-method'] !== undefined
    done(method === 'OPTIONS' && !isPreflight ? new NotFound() : undefined)
  })

  await cors(forRequestsWithOrigin(app), {
    origin: [...app.config.clientOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600
  }, noError)
}, { name: 'cors', dependencies: ['config', 'cross-site'] })

// The library works out its answer for every request; one without an Origin is none of its business, and most are.
function forRequestsWithOrigin (app: FastifyInstance): FastifyInstance {
  const addHook = (name: 'onRequest', hook: onRequestHookHandler) => app.addHook(name, function (request, reply, done) {
    if (request.headers.origin === undefined) done()
    else hook.call(this, request, reply, done)
  })
  return Object.create(app, { addHook: { value: addHook } })
}

function noError (error?: Error) {
  if (error !== undefined) throw error
}
