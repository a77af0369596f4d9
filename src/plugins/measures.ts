import fp from 'fastify-plugin'
import { createMeasures, type Counter, type Measures } from '../lib/measures.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What this server counts; a count stands beside the event. */
    measures: Measures
    /** Counts the answers that were refusals or failures, by code and by the reason that the answer does not tell. */
    refusals: Counter
  }
}

export default fp(async (app) => {
  const measures = createMeasures()
  app.decorate('measures', measures)
  app.decorate('refusals', measures.counter({
    name: 'gatehouse_refusals_total',
    help: 'Answers that were refusals or failures, by code and, of a refused token, by the reason that the answer does not tell',
    labels: ['code', 'reason']
  }))
}, { name: 'measures' })
