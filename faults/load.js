import { setTimeout as pause } from 'node:timers/promises'
import { createOperations } from './operations.js'
import { createPerson } from './person.js'

let runs = 0

/** A mixed load over the nodes: so many people, each acting again after a while, together `perSecond` acts at most. */
export function createLoad ({ nodes, random, people = 16, perSecond = 120, weights }) {
  const history = []
  const run = ++runs
  let onStart
  const operations = createOperations({ history, nodes, started: (entry, node) => onStart?.(entry, node) })
  // Some change things on one node only: when the other stands still, they go on.
  const homes = [nodes, ...nodes.map((node) => [node]), nodes]
  const crowd = Array.from({ length: people }, (_, number) => createPerson({
    name: `run-${run}-person-${number}`, nodes, home: homes[number % homes.length], operations, random: random.fork(number), ...(weights && { weights })
  }))
  const end = new AbortController()
  let living = []

  async function live (person, beat) {
    while (!end.signal.aborted) {
      const next = performance.now() + beat.between(0.5, 1.5) * 1000 * people / perSecond
      await person.act()
      const rest = next - performance.now()
      if (rest > 0) await pause(rest)
    }
  }

  return {
    history,
    operations,

    async start () {
      await Promise.all(crowd.map((person) => person.begin()))
      living = crowd.map((person, number) => live(person, random.fork(1000 + number)))
    },

    async stop () {
      end.abort()
      await Promise.all(living)
    },

    audit: async () => { await Promise.all(crowd.map((person) => person.audit())) },

    /** Calls back once, when a call of this kind is sent. */
    async untilSent (kind, node) {
      await new Promise((resolve) => {
        onStart = (entry, to) => {
          if (entry.kind !== kind || to !== node) return
          onStart = undefined
          resolve()
        }
      })
    }
  }
}
