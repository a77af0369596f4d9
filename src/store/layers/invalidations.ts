import { LRUCache } from 'lru-cache'

const remembered = 10_000

/** Tells a reader whether what it began to read has been invalidated since, and so must not be kept. */
export function createInvalidations () {
  let now = 0
  let floor = 0
  const last = new LRUCache<string, number>({
    max: remembered,
    // What is no longer remembered one by one counts against every reader that began before it.
    dispose: (moment, _id, reason) => { if (reason === 'evict') floor = Math.max(floor, moment) }
  })

  return {
    begin: () => now,
    note (id: string) { last.set(id, ++now) },
    noteAll () { floor = ++now },
    since: (begun: number, id: string) => floor > begun || (last.peek(id) ?? 0) > begun
  }
}
