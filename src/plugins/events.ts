import fp from 'fastify-plugin'
import { createBatches } from '../lib/batches.js'
import { monotonic } from '../lib/monotonic.js'
import { createEventList, type EventList } from '../store/event-list.js'
import { writeEvents, type NotedEvent } from '../store/events.js'

declare module 'fastify' {
  interface FastifyInstance {
    events: {
      /** Remembers what belongs to no transaction: at once, beside the request, and never in its way. */
      note: (event: Omit<NotedEvent, 'happenedAt' | 'number'>) => void
      list: EventList
    }
  }
}

export default fp(async (app) => {
  const batches = createBatches<NotedEvent>({
    write: async (events) => await writeEvents(app.sql, events, monotonic()),
    size: 500,
    most: 10_000,
    everyMilliseconds: 1000,
    closingMilliseconds: 2000,
    tell: {
      late: (error) => app.log.warn({ error: error.message }, 'events are written later'),
      lost: (count) => app.log.error({ count }, 'events were lost')
    }
  })

  app.decorate('events', {
    note: (event) => batches.add({ ...event, happenedAt: monotonic() }),
    list: createEventList(app.sql)
  })
  app.addHook('onClose', batches.close)
}, { name: 'events', dependencies: ['database'] })
