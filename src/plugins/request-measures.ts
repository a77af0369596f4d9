import type { onResponseHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { Distribution, Histogram } from '../lib/measures.js'

const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** How long each route took to answer. Without `METRICS_PORT` no request is looked at. */
export default fp(async (app) => {
  if (app.config.metricsPort === undefined) return

  const durations = app.measures.histogram({
    name: 'gatehouse_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labels: ['method', 'route', 'status'],
    bounds
  })

  // Beside the route itself: an answer finds its figures without asking where it was routed.
  app.addHook('onRoute', (route) => {
    const method = [route.method].flat().join(' ')
    route.onResponse = [observer(durations, method, route.url), ...[route.onResponse ?? []].flat()]
  })

  const nowhere = observer(durations, 'any', 'none')
  app.addHook('onResponse', function (request, reply, done) {
    if (request.is404) nowhere.call(this, request, reply, done)
    else done()
  })
}, { name: 'request-measures', dependencies: ['config', 'measures'] })

function observer (durations: Histogram, method: string, route: string): onResponseHookHandler {
  const byClass: Array<Distribution | undefined> = []
  return (_request, reply, done) => {
    const hundreds = Math.floor(reply.statusCode / 100)
    const duration = byClass[hundreds] ??= durations.of(method, route, `${hundreds}xx`)
    duration.observe(reply.elapsedTime / 1000)
    done()
  }
}
