import { maxHeaderSize } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify, LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { assemble } from './assemble.js'
import type { Config } from './config.js'
import { createLeave } from './lib/leave.js'
import { refuseTunnel, refuseUnreadable } from './lib/unreadable.js'
import { logOptions } from './log.js'
import { decorateIdentity } from './plugins/authentication.js'
import { sendFailure } from './plugins/errors.js'
import { createRequestIds, securityHeaders, setHeaders } from './plugins/headers.js'
import { makeChildrenLazily } from './request-log.js'

/** What `buildApp` takes beside the settings. */
export interface AppOptions {
  /** As Fastify takes it: JSON lines on standard output at `LOG_LEVEL` unless it is set, and none with `false`. */
  logger?: FastifyServerOptions['logger']
  /** This node's clock, in milliseconds since 1970. */
  now?: () => number
}

/**
 * Makes the server: Fastify as we want it, and on it all that `assemble` lists. It does not listen yet, and `app.close()` closes what it opened.
 * Throws KeyRefused when a signing key may not be used.
 */
export async function buildApp (settings: Config, { logger = logOptions(settings), now = Date.now }: AppOptions = {}): Promise<FastifyInstance> {
  const leave = createLeave()
  const app = fastify({
    logger,
    genReqId: createRequestIds(),
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
    // No shorter than a URL may be: an id of whatever length is judged by its route, 401 before 404.
    routerOptions: { maxParamLength: maxHeaderSize },
    // A first start makes a whole database, and may wait for another node to make its tables.
    pluginTimeout: 120_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 72_000,
    connectionTimeout: 0,
    http: { ServerResponse: leave.Response, headersTimeout: 5_000, connectionsCheckingInterval: 1_000, requireHostHeader: false },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      setHeaders(securityHeaders(settings), request, reply)
      void sendFailure(error, request, reply)
    },
    clientErrorHandler: refuseUnreadable(securityHeaders(settings))
  }).withTypeProvider<TypeBoxTypeProvider>()
  makeChildrenLazily(app.log)

  // Node would answer an expectation it does not know with a bare 417; it may be passed over (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', app.routing)
  app.server.on('connect', refuseTunnel(securityHeaders(settings)))
  // Node would drop what comes after the 2,000th without a word, be it an Origin or a second Authorization. Their size is bounded.
  app.server.maxHeadersCount = 0

  const slot = decorateIdentity(app)
  await assemble(app, { config: settings, now, leave, embedded: false, slot })
  return app
}
