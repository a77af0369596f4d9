import fp from 'fastify-plugin'
import { purgeEmailTokens } from '../store/email-tokens.js'
import { purgeUnsentEvents } from '../store/event-delivery.js'
import { purgeEvents } from '../store/event-purge.js'
import { purgeKnownAddresses } from '../store/known-addresses.js'
import { purgeOutbox } from '../store/outbox.js'
import { purgeSessions } from '../store/sessions/purge.js'

const hour = 3_600_000

/** Once an hour, at a minute of this node's own, removes what nobody needs any more. */
export default fp(async (app) => {
  const { config, sql } = app
  const purges: Array<[what: string, remove: () => Promise<number>]> = [
    ['sessions', async () => await purgeSessions(sql, config.sessionMaxSeconds)],
    ['email tokens', async () => await purgeEmailTokens(sql)],
    ['mails given up', async () => await purgeOutbox(sql)],
    ['events', async () => await purgeEvents(sql, config.eventsRetentionSeconds)],
    ['unsent events', async () => await purgeUnsentEvents(sql, config.eventsRetentionSeconds)],
    ['known addresses', async () => await purgeKnownAddresses(sql)]
  ]

  async function purge () {
    for (const [what, remove] of purges) {
      await remove().then(
        (removed) => { if (removed > 0) app.log.info({ removed }, `old ${what} removed`) },
        (error: Error) => app.log.warn({ error: error.message }, `old ${what} are removed later`)
      )
    }
  }

  let timer: NodeJS.Timeout | undefined
  const plan = (milliseconds: number) => {
    timer = setTimeout(() => { purge().finally(() => plan(hour)) }, milliseconds).unref()
  }
  app.addHook('onReady', async () => plan(Math.random() * hour))
  app.addHook('onClose', async () => clearTimeout(timer))
}, { name: 'purge', dependencies: ['config', 'database'] })
