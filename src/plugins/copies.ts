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
  const copies = createCopies({
    sql: app.sql,
    redis: redis === undefined || config.redisUrl === undefined ? undefined : { url: config.redisUrl, client: redis },
    records: { sessions: sessionsRecord, users: app.users },
    accessSeconds: config.accessTokenSeconds + Math.ceil(config.clockToleranceSeconds),
    kids: () => app.keys.jwks().keys.map(({ kid }) => kid),
    log: app.log
  })
  if (redis !== undefined) watchConnections(redis, copies.trust)

  app.decorate('sessionsRecord', sessionsRecord)
  app.decorate('copies', copies)
  app.addHook('onReady', copies.start)
  app.addHook('onClose', copies.close)
}, { name: 'copies', dependencies: ['database', 'keys', 'redis', 'users'] })
