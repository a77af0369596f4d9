import fp from 'fastify-plugin'
import { createCountedSteps } from '../lib/counted-steps.js'
import { periods } from '../lib/periods.js'
import { remembered } from '../lib/remembered.js'
import type { Overview, Period } from '../schemas.js'
import { createOverview } from '../store/overview.js'
import { hashingNow } from './metrics/hashing.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What goes on, for administrators; what Postgres told is up to five seconds old, since their pages ask again and again. */
    overview: (period: Period) => Promise<Overview>
  }
}

const rememberedMilliseconds = 5_000

export default fp(async (app) => {
  const startedAt = new Date(app.now()).toISOString()
  const stored = createOverview(app.sql)
  const counts = remembered(stored.counts, rememberedMilliseconds)
  const signIns = new Map(periods.map((period) => [
    period, remembered(createCountedSteps({ period, count: stored.signIns, now: app.now }), rememberedMilliseconds)
  ]))

  const refusals = () => app.refusals.read()
    .map(({ labels: { code = '', reason = '' }, value }) => ({ code, reason: reason === '' ? null : reason, count: value }))
    .sort((a, b) => b.count - a.count)

  app.decorate('overview', async (period) => {
    const lookUp = signIns.get(period)
    if (lookUp === undefined) throw new Error(`${period} is no period`)
    // One after the other: a request holds one connection at most.
    const { steps: { from, to, stepSeconds }, counts: steps } = await lookUp()
    return {
      period,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      stepSeconds,
      signIns: steps,
      ...await counts(),
      node: { startedAt, refusals: refusals(), hashing: hashingNow(app) }
    }
  })
}, { name: 'overview', dependencies: ['config', 'measures', 'database', 'passwords'] })
