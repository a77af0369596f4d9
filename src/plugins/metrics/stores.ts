import type { FastifyInstance } from 'fastify'
import type { Measure, Sample } from '../../lib/measures.js'

const one = (value: number): Sample[] => [{ labels: {}, value }]

/** How Postgres and Redis do, as this node sees them. */
export function storeMeasures ({ checkStores, config, copies, poolCounts, redis }: FastifyInstance): Measure[] {
  const { counts, sessions, trust, users } = copies
  const ofStore = (store: string, good: boolean): Sample => ({ labels: { store }, value: Number(good) })

  async function up () {
    const checks = await checkStores()
    return Object.entries(checks).filter(([, state]) => state !== 'off').map(([store, state]) => ofStore(store, state === 'up'))
  }

  const always: Measure[] = [
    { name: 'gatehouse_store_up', help: 'Whether the store answers, asked as these figures are', type: 'gauge', read: up },
    {
      name: 'gatehouse_store_trusted',
      help: 'Whether what the store tells may be believed: Postgres was swept within two seconds, Redis has been swept for since it was connected to',
      type: 'gauge',
      read: () => [ofStore('postgres', trust.postgres), ...(redis === undefined ? [] : [ofStore('redis', trust.shared)])]
    },
    {
      name: 'gatehouse_postgres_connections',
      help: 'Connections to Postgres that this node holds, by whether they are at work',
      type: 'gauge',
      read: () => {
        const { open, busy } = poolCounts()
        return [{ labels: { state: 'busy' }, value: busy }, { labels: { state: 'idle' }, value: open - busy }]
      }
    },
    { name: 'gatehouse_postgres_connections_max', help: 'Connections to Postgres that this node may hold: DATABASE_POOL', type: 'gauge', read: () => one(config.databasePool) },
    { name: 'gatehouse_postgres_waiting', help: 'Queries and transactions that wait for a connection', type: 'gauge', read: () => one(poolCounts().waiting) },
    {
      name: 'gatehouse_sweeps_total',
      help: 'Sweeps of Postgres for what ended and changed, by how they went',
      type: 'counter',
      read: () => [{ labels: { outcome: 'succeeded' }, value: counts.sweeps }, { labels: { outcome: 'failed' }, value: counts.failedSweeps }]
    },
    { name: 'gatehouse_sweep_age_seconds', help: 'Time since the last sweep that succeeded began', type: 'gauge', read: () => one(trust.sweptAgo / 1000) }
  ]
  if (redis === undefined) return always

  return [
    ...always,
    { name: 'gatehouse_redis_listening', help: 'Whether the subscription to changes was heard from within two seconds', type: 'gauge', read: () => one(Number(trust.listening)) },
    { name: 'gatehouse_redis_connections_total', help: 'How often Redis was connected to', type: 'counter', read: () => one(trust.connections) },
    {
      name: 'gatehouse_redis_passed_over_total',
      help: 'Times that a copy could not be read from Redis or written there',
      type: 'counter',
      read: () => one(sessions.counts.passedOver + users.counts.passedOver)
    },
    { name: 'gatehouse_redis_untold_total', help: 'Changes that Redis did not pass on: the other nodes heard of them by their sweep', type: 'counter', read: () => one(counts.untold) }
  ]
}
