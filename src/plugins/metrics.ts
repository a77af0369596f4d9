import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fp from 'fastify-plugin'
import type { Metric, Registry } from 'prom-client'
import type { Measure } from '../lib/measures.js'
import { copiesMeasures } from './metrics/copies.js'
import { hashingMeasures } from './metrics/hashing.js'
import { nodeMeasures } from './metrics/node.js'
import { outboxMeasures } from './metrics/outbox.js'
import { storeMeasures } from './metrics/stores.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The port where Prometheus finds the figures of this node; undefined without `METRICS_PORT`, and before it listens. */
    metricsPort: () => number | undefined
  }
}

const slowest = { headersTimeout: 2_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 }
const mostConnections = 32

/** Tells Prometheus, on a port of its own, what this node counts. Without `METRICS_PORT` nothing of it is loaded. */
export default fp(async (app) => {
  const { host, metricsPort } = app.config
  let server: Server | undefined
  app.decorate('metricsPort', () => (server?.address() as AddressInfo | null | undefined)?.port)
  if (metricsPort === undefined) return

  const { Registry, collectDefaultMetrics } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  app.measures.tell(...copiesMeasures(app), ...storeMeasures(app), ...hashingMeasures(app), ...outboxMeasures(app), ...nodeMeasures(app))

  const listener = server = createServer(slowest, (request, response) => {
    answer(registry, request, response).catch((error: Error) => {
      app.log.error({ error: error.message }, 'the metrics were not told')
      response.destroy()
    })
  })
  listener.maxConnections = mostConnections

  // Whatever is registered after this plugin is counted too.
  app.addHook('onReady', async () => {
    for (const measure of app.measures.all) registry.registerMetric(metricOf(measure))
    listener.listen(metricsPort, host)
    await once(listener, 'listening').catch((cause: NodeJS.ErrnoException) => {
      throw new Error(`METRICS_PORT cannot be listened on (${cause.code}): choose another`, { cause })
    })
    app.log.info({ port: app.metricsPort() }, 'metrics are told at /metrics')
  })
  app.addHook('onClose', async () => {
    listener.close()
    listener.closeAllConnections()
  })
}, {
  name: 'metrics',
  dependencies: ['config', 'measures', 'copies', 'database', 'draining', 'health', 'keys', 'passwords', 'redis']
})

// What prom-client makes text of: its own classes hold labels by the request, which ours do not.
const metricOf = ({ read, ...named }: Measure): Metric => ({
  name: named.name,
  reset () {},
  get: async () => ({ ...named, aggregator: 'sum', values: await read() })
}) as unknown as Metric

async function answer (registry: Registry, { method, url }: IncomingMessage, response: ServerResponse) {
  if (url !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(404).end()
    return
  }
  const text = await registry.metrics()
  response.writeHead(200, { 'content-type': registry.contentType, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' })
  response.end(method === 'HEAD' ? undefined : text)
}
