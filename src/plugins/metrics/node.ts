import type { FastifyInstance } from 'fastify'
import type { Measure } from '../../lib/measures.js'

/** This node and its signing keys. */
export function nodeMeasures ({ draining, keys, now }: FastifyInstance): Measure[] {
  const standing = () => keys.states(now() / 1000)
  return [
    { name: 'gatehouse_draining', help: 'Whether this node takes leave of its clients', type: 'gauge', read: () => [{ labels: {}, value: Number(draining.begun) }] },
    {
      name: 'gatehouse_signing_keys',
      help: 'Signing keys by what they are for and whether they sign',
      type: 'gauge',
      read: () => ['access', 'refresh'].flatMap((purpose) => ['next', 'current', 'retired'].map((state) => ({
        labels: { purpose, state }, value: standing().filter((key) => key.purpose === purpose && key.state === state).length
      })))
    },
    {
      name: 'gatehouse_signing_key_age_seconds',
      help: 'Age of the key that signs; of a key from the environment it is not known',
      type: 'gauge',
      read: () => standing()
        .filter(({ state, createdAt }) => state === 'current' && createdAt > 0)
        .map(({ purpose, createdAt }) => ({ labels: { purpose }, value: now() / 1000 - createdAt }))
    }
  ]
}
