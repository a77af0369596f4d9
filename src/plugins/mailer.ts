import { join } from 'node:path'
import fp from 'fastify-plugin'
import { createMailTransport } from '../lib/mail-transport.js'
import { createRounds } from '../lib/rounds.js'
import { createMailDelivery } from '../store/mail-delivery.js'

declare module 'fastify' {
  interface FastifyInstance {
    mail: {
      /** Lets the mails that a committed transaction added be sent soon. Costs nothing, waits for nothing, throws nothing. */
      wake: () => void
    }
  }
}

const soonMilliseconds = 100
const everyMilliseconds = 5_000
const closeMilliseconds = 3_000

/** Sends what waits in the outbox: any node does, of whichever node's making it is, and no answer waits for it. */
export default fp(async (app) => {
  const { appUrl, mailFrom: from, smtpUrl, dataDir, production } = app.config
  const transport = createMailTransport({ smtpUrl, from, folder: join(dataDir, 'mail') })
  const deliveries = app.measures.counter({
    name: 'gatehouse_mails_total', help: 'Mails that this node tried to send, by how it went', labels: ['outcome'], known: ['sent', 'postponed', 'given_up']
  })
  const deliver = createMailDelivery({
    sql: app.sql,
    transport,
    appUrl,
    went: deliveries.count,
    log: app.log,
    // The one secret that a log ever sees, where there is no mailbox to read it from.
    written: ({ kind, file, link }) => app.log.info({ kind, file, ...(production ? {} : { link }) }, 'mail written into a file')
  })
  const rounds = createRounds({
    run: deliver,
    failed: (error) => app.log.warn({ error: error.message }, 'mails are sent later'),
    soonMilliseconds,
    everyMilliseconds
  })

  if (production && smtpUrl === undefined) app.log.warn('SMTP_URL is not set: mails are written into files, and sent to nobody')

  app.decorate('mail', { wake: rounds.wake })
  app.addHook('onReady', async () => rounds.wake())

  // While requests in flight are finished, so are mails. What they add is for another node, or for this one's next start.
  let closing: Promise<void> | undefined
  async function close () {
    const timer = setTimeout(transport.abort, closeMilliseconds)
    await rounds.close()
    clearTimeout(timer)
  }
  app.addHook('preClose', async () => { closing ??= close() })
  app.addHook('onClose', async () => await (closing ??= close()))
}, { name: 'mailer', dependencies: ['config', 'measures', 'database'] })
