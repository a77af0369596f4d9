import fp from 'fastify-plugin'
import { connectDatabase, type Database, type Sql } from '../store/database.js'
import { migrate } from '../store/migrations.js'

declare module 'fastify' {
  interface FastifyInstance {
    sql: Sql
    /** What its connections do. */
    poolCounts: Database['counts']
  }
}

export default fp(async (app) => {
  const { databaseUrl, databasePool, dataDir } = app.config
  const embedded = databaseUrl === undefined ? await embed(dataDir) : undefined
  app.addHook('onClose', async () => await embedded?.close())
  const url = databaseUrl ?? { path: embedded?.path ?? '' }

  const applied = await migrate(url)
  if (applied.length > 0) app.log.info({ applied }, 'migrated')

  const database = connectDatabase({ url, pool: databasePool, within: app.tracing?.within, log: app.log })
  app.decorate('sql', database.sql)
  app.decorate('poolCounts', database.counts)
  app.addHook('onClose', database.close)
}, { name: 'database', dependencies: ['config', 'tracing'] })

// Loaded only where it is wanted: it is a whole Postgres.
async function embed (dataDir: string) {
  const { startEmbedded } = await import('../store/embedded.js')
  return await startEmbedded(dataDir)
}
