import type { FastifyInstance } from 'fastify'
import type { Measure } from '../../lib/measures.js'

/** The bounded queue of password hashes. */
export function hashingMeasures ({ config, passwords: { gate } }: FastifyInstance): Measure[] {
  const inThreads = () => Math.min(gate.running, config.hashThreads)
  return [
    { name: 'gatehouse_hashes_running', help: 'Passwords that are being hashed, at most HASH_THREADS', type: 'gauge', read: () => [{ labels: {}, value: inThreads() }] },
    { name: 'gatehouse_hash_queue_length', help: 'Passwords that wait to be hashed', type: 'gauge', read: () => [{ labels: {}, value: gate.waiting + gate.running - inThreads() }] },
    { name: 'gatehouse_hash_queue_max', help: 'Passwords that may wait to be hashed: HASH_QUEUE', type: 'gauge', read: () => [{ labels: {}, value: config.hashQueue }] },
    {
      name: 'gatehouse_hash_refusals_total',
      help: 'Passwords that were not hashed: the queue was full, or the wait too long',
      type: 'counter',
      read: () => Object.entries(gate.refused).map(([because, value]) => ({ labels: { because }, value }))
    }
  ]
}
