import type { Event } from '../lib/event.js'
import type { WebhookSender } from '../lib/webhook.js'
import type { Sql } from './database.js'
import { inBatches } from './in-batches.js'
import { createOutbox, type DeliveryOutcome, type Outgoing } from './outbox.js'

interface Options {
  sql: Sql
  webhook: Pick<WebhookSender, 'send'>
  /** How a delivery went. */
  went?: (outcome: DeliveryOutcome) => void
  log: Record<'warn' | 'error', (details: object, message: string) => void>
}

interface OutgoingEvent extends Outgoing { detail: Event }

const atOnce = 32

/** Says whether events are to be put out from now on: the nodes of one database are told alike. */
export async function wantEvents (sql: Sql, wanted: boolean) {
  if (wanted) await sql`insert into webhook default values on conflict do nothing`
  else await sql`delete from webhook`
}

/** Sends the events of the outbox to a webhook: each at least once, and again under the same id. */
export function createEventDelivery ({ sql, webhook, went = () => {}, log }: Options) {
  const outbox = createOutbox(sql)

  async function send (outgoing: OutgoingEvent): Promise<boolean> {
    const { detail: event } = outgoing
    try {
      await webhook.send(`evt_${event.id}`, event)
      went('sent')
      return true
    } catch (error) {
      const { message } = error as Error
      const told = { event: event.id, attempts: outgoing.attempts, error: message }
      const givenUp = await outbox.failed(outgoing, message)
      went(givenUp ? 'given_up' : 'postponed')
      if (givenUp) log.error(told, 'an event is given up')
      else log.warn(told, 'an event is sent later')
      return false
    }
  }

  /** Sends some of those that are due. Gives whether there may be more, and somebody who takes them. */
  return async function deliver (): Promise<boolean> {
    const events = await outbox.claim({ kinds: ['event'], limit: atOnce }) as OutgoingEvent[]
    const taken = await Promise.all(events.map(send))
    const sent = events.filter((_event, place) => taken[place]).map(({ id }) => id)
    if (sent.length > 0) await sql`delete from outbox where id = any(${sent}::text[]::bigint[])`
    return sent.length > 0
  }
}

/** Removes what nobody has taken for as long as events are kept, such as those of a webhook that is wanted no more. Gives how many. */
export const purgeUnsentEvents = async (sql: Sql, keptSeconds: number): Promise<number> => await inBatches(async (most) => await sql`
  delete from outbox
  where ctid = any(array(
    select ctid
    from outbox
    where kind = 'event' and due_at < now() - make_interval(secs => ${keptSeconds}) and given_up_at is null
    limit ${most}
    for update skip locked
  ))
`)
