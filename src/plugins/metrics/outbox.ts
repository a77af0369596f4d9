import type { FastifyInstance } from 'fastify'
import type { Measure } from '../../lib/measures.js'
import { countOutbox, type OutboxCounts } from '../../store/outbox.js'

/** Counted no further, so that a long outage makes no scrape slow. */
const most = 10_000

/** What waits to be sent by whichever node: every node tells the same. */
export function outboxMeasures ({ sql }: FastifyInstance): Measure[] {
  let counting: Promise<OutboxCounts[]> | undefined
  const counts = async () => await (counting ??= countOutbox(sql, most).catch(() => []).finally(() => { counting = undefined }))
  const ofEach = (read: (counts: OutboxCounts) => number) => async () => (await counts()).map((found) => ({ labels: { to: found.to }, value: read(found) }))

  return [
    { name: 'gatehouse_outbox_waiting', help: 'Mails and events for the webhook that wait in the database to be sent, counted up to 10,000', type: 'gauge', read: ofEach(({ waiting }) => waiting) },
    { name: 'gatehouse_outbox_oldest_seconds', help: 'How long the oldest of those has waited', type: 'gauge', read: ofEach(({ oldestSeconds }) => oldestSeconds) }
  ]
}
