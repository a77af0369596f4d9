import fp from 'fastify-plugin'
import { createCopies, type Copies } from '../store/copies.js'
import { watchConnections } from '../store/redis.js'
import { createSessionsRecord, type SessionsRecord } from '../store/sessions/postgres.js'

declare module 'fastify' {
  interface FastifyInstance {
    copies: Copies
    sessionsRecord: SessionsRecord
  }
}

export default fp(async (app) => {
  const { config, redis } = app
  const sessionsRecord = createSessionsRecord(app.sql, {
    refreshSeconds: config.refreshTokenSeconds,
    maxSeconds: config.sessionMaxSeconds,
    overlapMilliseconds: config.refreshOverlapSeconds * 1000,
    perUser: config.sessionsPerUser
  })
  const lag = app.measures.histogram({
    name: 'gatehouse_revocation_lag_seconds',
    help: 'Time from the end of a session elsewhere to this node hearing of it, by the channel that brought it first',
    labels: ['channel'],
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5]
  })
  const lags = { redis: lag.of('redis'), sweep: lag.of('sweep') }
  const copies = createCopies({
    sql: app.sql,
    redis: redis === undefined || config.redisUrl === undefined ? undefined : { url: config.redisUrl, client: redis },
    records: { sessions: sessionsRecord, users: app.users },
    accessSeconds: config.accessTokenSeconds + Math.ceil(config.clockToleranceSeconds),
    kids: () => app.keys.jwks().keys.map(({ kid }) => kid),
    heardEnding: (channel, seconds) => lags[channel].observe(seconds),
    log: app.log
  })
  if (redis !== undefined) watchConnections(redis, copies.trust)

  app.decorate('sessionsRecord', sessionsRecord)
  app.decorate('copies', copies)
  app.addHook('onReady', copies.start)
  app.addHook('onClose', copies.close)
}, { name: 'copies', dependencies: ['measures', 'database', 'keys', 'redis', 'users'] })
