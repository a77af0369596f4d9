import fp from 'fastify-plugin'
import { purgeSessions } from '../store/sessions/purge.js'

const hour = 3_600_000

/** Once an hour, at a minute of this node's own, removes the sessions nobody needs any more. */
export default fp(async (app) => {
  const purge = async () => {
    const removed = await purgeSessions(app.sql, app.config.sessionMaxSeconds)
    if (removed > 0) app.log.info({ removed }, 'old sessions removed')
  }

  let timer: NodeJS.Timeout | undefined
  const plan = (milliseconds: number) => {
    timer = setTimeout(() => {
      purge()
        .catch((error: Error) => app.log.warn({ error: error.message }, 'old sessions are removed later'))
        .finally(() => plan(hour))
    }, milliseconds).unref()
  }
  app.addHook('onReady', async () => plan(Math.random() * hour))
  app.addHook('onClose', async () => clearTimeout(timer))
}, { name: 'purge', dependencies: ['config', 'database'] })
