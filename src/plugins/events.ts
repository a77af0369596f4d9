import fp from 'fastify-plugin'
import { createBatches } from '../lib/batches.js'
import { monotonic } from '../lib/monotonic.js'
import { createEventList, type EventList } from '../store/event-list.js'
import { writeEvents, type NotedEvent } from '../store/events.js'

type Noted = Omit<NotedEvent, 'happenedAt' | 'number'>

declare module 'fastify' {
  interface FastifyInstance {
    events: {
      /** Remembers what belongs to no transaction: at once, beside the request, and never in its way. */
      note: (event: Noted) => void
      list: EventList
    }
  }
}

export default fp(async (app) => {
  // Refusals cost us nothing, so there may be any number: those of one caller at one account are one event until it is written.
  const throttled = new Map<string, NotedEvent>()

  const lost = app.measures.counter({ name: 'gatehouse_events_lost_total', help: 'Refused logins that could not be written down as events' })
  const batches = createBatches<NotedEvent>({
    async write (events) {
      throttled.clear()
      return await writeEvents(app.sql, events, monotonic())
    },
    size: 500,
    most: 10_000,
    everyMilliseconds: 1000,
    closingMilliseconds: 2000,
    tell: {
      late: (error) => app.log.warn({ error: error.message }, 'events are written later'),
      lost: (count) => {
        lost.add(count)
        app.log.error({ count }, 'events were lost')
      }
    }
  })

  function note (event: Noted) {
    const noted: NotedEvent = { ...event, happenedAt: monotonic() }
    if (event.type !== 'login.throttled') return batches.add(noted)

    const key = `${event.email} ${event.ip}`
    const before = throttled.get(key)
    if (before !== undefined) {
      before.detail = { times: Number(before.detail?.times) + 1 }
      return
    }
    noted.detail = { times: 1 }
    throttled.set(key, noted)
    batches.add(noted)
  }

  app.measures.tell({
    name: 'gatehouse_events_waiting', help: 'Refused logins that wait in this node to be written down as events', type: 'gauge', read: () => [{ labels: {}, value: batches.waiting }]
  })
  app.decorate('events', { note, list: createEventList(app.sql) })
  app.addHook('onClose', batches.close)
}, { name: 'events', dependencies: ['measures', 'database'] })
