import fp from 'fastify-plugin'
import { createCopies, type Copies } from '../store/copies.js'
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
    log: app.log
  })
  // It may have been connected while the plugins before this one were loaded.
  if (redis?.status === 'ready') copies.trust.connected()
  redis?.on('ready', copies.trust.connected)
  redis?.on('close', copies.trust.disconnected)

  app.decorate('sessionsRecord', sessionsRecord)
  app.decorate('copies', copies)
  app.addHook('onReady', copies.start)
  app.addHook('onClose', copies.close)
}, { name: 'copies', dependencies: ['database', 'redis', 'users'] })
