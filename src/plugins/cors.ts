import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import { NotFound } from '../errors.js'

export default fp(async (app) => {
  // The library would answer an OPTIONS that is no preflight in words of its own.
  app.addHook('onRequest', ({ method, headers }, _reply, done) => {
    const isPreflight = headers.origin !== undefined && headers['access-control-request-method'] !== undefined
    done(method === 'OPTIONS' && !isPreflight ? new NotFound() : undefined)
  })

  await app.register(cors, {
    origin: [...app.config.clientOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600
  })
}, { name: 'cors', dependencies: ['config', 'cross-site'] })
