import fp from 'fastify-plugin'
import { createRounds } from '../lib/rounds.js'
import { createWebhook } from '../lib/webhook.js'
import { createEventDelivery, wantEvents } from '../store/event-delivery.js'

const milliseconds = 10_000
const soonMilliseconds = 100
const everyMilliseconds = 1_000
const closeMilliseconds = 3_000

/** Sends events to the webhook, whichever node's they are; no answer waits for it. */
export default fp(async (app) => {
  const deliveries = app.measures.counter({
    name: 'gatehouse_webhook_deliveries_total', help: 'Events that this node tried to post to the webhook, by how it went', labels: ['outcome'], known: ['sent', 'postponed', 'given_up']
  })
  const { eventsWebhookUrl: url, eventsWebhookSecret: secret } = app.config
  app.addHook('onReady', async () => await wantEvents(app.sql, url !== undefined))
  if (url === undefined || secret === undefined) return

  const webhook = createWebhook({ url, secret, milliseconds })
  const { host } = new URL(url)
  const send: typeof webhook.send = async (id, message) => {
    if (app.tracing === undefined) return await webhook.send(id, message)
    await app.tracing.call('POST', { 'http.request.method': 'POST', 'server.address': host }, async (headers) => await webhook.send(id, message, headers))
  }
  const rounds = createRounds({
    run: createEventDelivery({ sql: app.sql, webhook: { send }, went: deliveries.count, log: app.log }),
    failed: (error) => app.log.warn({ error: error.message }, 'events are sent later'),
    soonMilliseconds,
    everyMilliseconds
  })
  app.addHook('onReady', async () => rounds.wake())

  let closing: Promise<void> | undefined
  async function close () {
    const timer = setTimeout(webhook.close, closeMilliseconds)
    await rounds.close()
    clearTimeout(timer)
    webhook.close()
  }
  app.addHook('preClose', async () => { closing ??= close() })
  app.addHook('onClose', async () => await (closing ??= close()))
}, { name: 'webhook', dependencies: ['config', 'measures', 'tracing', 'database'] })
