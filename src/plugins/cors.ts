import cors from '@fastify/cors'
import fp from 'fastify-plugin'

export default fp(async (app) => {
  await app.register(cors, {
    origin: [...app.config.clientOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600
  })
}, { name: 'cors', dependencies: ['config', 'cross-site'] })
