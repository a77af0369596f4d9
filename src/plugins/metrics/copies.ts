import type { FastifyInstance } from 'fastify'
import type { Measure, Sample } from '../../lib/measures.js'

/** What the copies of sessions and users were asked for and had, and what this node holds of them. */
export function copiesMeasures ({ copies }: FastifyInstance): Measure[] {
  const kinds = { session: copies.sessions, user: copies.users }
  const ofEach = (read: (layered: typeof copies.sessions | typeof copies.users) => number) => (): Sample[] =>
    Object.entries(kinds).map(([kind, layered]) => ({ labels: { kind }, value: read(layered) }))

  const lookUps = () => Object.entries(kinds).flatMap(([kind, { counts }]) => {
    const sample = (layer: string, result: string, value: number): Sample => ({ labels: { kind, layer, result }, value })
    return [
      sample('memory', 'hit', counts.memoryHits), sample('memory', 'miss', counts.memoryMisses),
      sample('redis', 'hit', counts.redisHits), sample('redis', 'miss', counts.redisMisses),
      sample('postgres', 'hit', counts.postgresHits), sample('postgres', 'miss', counts.postgresMisses)
    ]
  })

  return [
    { name: 'gatehouse_copies_lookups_total', help: 'Look-ups of sessions and users, by the layer that was asked and whether it had the copy', type: 'counter', read: lookUps },
    { name: 'gatehouse_copies_held', help: 'Copies in the memory of this node', type: 'gauge', read: ofEach(({ size }) => size) },
    { name: 'gatehouse_copies_unwritten', help: 'Copies that Redis has not taken yet', type: 'gauge', read: ofEach(({ unwritten }) => unwritten) },
    { name: 'gatehouse_endings_held', help: 'Ended sessions that this node refuses before any copy is asked', type: 'gauge', read: () => [{ labels: {}, value: copies.endings.size }] },
    { name: 'gatehouse_sessions_ended_total', help: 'Sessions that this node ended', type: 'counter', read: () => [{ labels: {}, value: copies.counts.endedHere }] }
  ]
}
