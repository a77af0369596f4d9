import fp from 'fastify-plugin'
import type { Logger as BaseLogger } from 'pino'

/** One line a request, without its headers, its body and its query: none of them is fit for a log. */
export default fp(async (app) => {
  // An app around us logs its requests, ours among them, in its own way.
  if (app.embedded || !(app.log as BaseLogger).isLevelEnabled('info')) return

  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      method: request.method,
      path: request.url.split('?', 1)[0],
      statusCode: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip
    }, 'answered')
    done()
  })
}, { name: 'request-log', dependencies: ['config'] })
