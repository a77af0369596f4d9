import type { FastifyInstance } from 'fastify'
import type { Measure, Sample } from '../../lib/measures.js'

/** What the bounded queue of password hashes holds now, what it may hold, and what it has refused. */
export function hashingNow ({ config, passwords: { gate } }: FastifyInstance) {
  const running = Math.min(gate.running, config.hashThreads)
  // One a thread lies ready there, and still waits.
  return { running, waiting: gate.waiting + gate.running - running, threads: config.hashThreads, queue: config.hashQueue, refused: { ...gate.refused } }
}

/** The bounded queue of password hashes. */
export function hashingMeasures (app: FastifyInstance): Measure[] {
  const one = (value: number): Sample[] => [{ labels: {}, value }]
  return [
    { name: 'gatehouse_hashes_running', help: 'Passwords that are being hashed, at most HASH_THREADS', type: 'gauge', read: () => one(hashingNow(app).running) },
    { name: 'gatehouse_hash_queue_length', help: 'Passwords that wait to be hashed', type: 'gauge', read: () => one(hashingNow(app).waiting) },
    { name: 'gatehouse_hash_queue_max', help: 'Passwords that may wait to be hashed: HASH_QUEUE', type: 'gauge', read: () => one(app.config.hashQueue) },
    {
      name: 'gatehouse_hash_refusals_total',
      help: 'Passwords that were not hashed: the queue was full, or the wait too long',
      type: 'counter',
      read: () => Object.entries(hashingNow(app).refused).map(([because, value]) => ({ labels: { because }, value }))
    }
  ]
}
