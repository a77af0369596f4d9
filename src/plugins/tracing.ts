import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.js'
import type { RequestSpan, Tracing } from '../lib/tracing.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Undefined unless `OTEL_*` asks for traces. */
    tracing: Tracing | undefined
  }
  interface FastifyRequest {
    [kSpan]: RequestSpan | undefined
  }
}

const kSpan = Symbol('span')

/** Traces requests when the usual settings of OpenTelemetry ask for it. Without them nothing of it is loaded, and no request looked at. */
export default fp(async (app) => {
  const tracing = isWanted(app.config) ? await load(app.config) : undefined
  app.decorate('tracing', { getter: () => tracing })
  app.decorateRequest(kSpan, undefined)
  if (tracing === undefined) return

  app.addHook('onRequest', (request, _reply, done) => {
    const span = tracing.begin(request.method, request.headers)
    request[kSpan] = span
    span.run(done)
  })
  // What reads the body is called by the socket, which knows of no request.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request[kSpan] === undefined) done()
    else request[kSpan].run(done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply.statusCode)
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    end(request, 499)
    done()
  })
  app.addHook('onClose', tracing.close)
}, { name: 'tracing', dependencies: ['config'] })

// The pattern of the route, never the path: an address may hold what nobody else should read.
function end (request: FastifyRequest, statusCode: number) {
  const { method, id } = request
  const route = request.routeOptions.url
  request[kSpan]?.end(route === undefined ? method : `${method} ${route}`, {
    'http.request.method': method,
    'http.response.status_code': statusCode,
    'gatehouse.request_id': id,
    ...(route === undefined ? {} : { 'http.route': route })
  }, statusCode >= 500)
}

function isWanted ({ otelSdkDisabled, otelTracesExporter, otelEndpoint, otelTracesEndpoint }: Config): boolean {
  if (otelSdkDisabled || otelTracesExporter === 'none') return false
  return otelTracesExporter === 'otlp' || otelEndpoint !== undefined || otelTracesEndpoint !== undefined
}

async function load ({ otelServiceName, otelEndpoint, otelTracesEndpoint }: Config): Promise<Tracing> {
  const { createTracing } = await import('../lib/tracing.js').catch((cause) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new Error('OTEL_* asks for traces, but the optional packages of OpenTelemetry are not installed: install without --omit=optional', { cause })
  })
  return createTracing({
    serviceName: otelServiceName,
    url: otelTracesEndpoint ?? (otelEndpoint === undefined ? undefined : `${otelEndpoint.replace(/\/+$/, '')}/v1/traces`)
  })
}
