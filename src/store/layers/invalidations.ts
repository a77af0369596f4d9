import { LRUCache } from 'lru-cache'
import type { Versioned } from './local.js'

const remembered = 10_000

interface Noted { moment: number, version: number }

/** Tells a reader whether what it began to read has been invalidated since, and so must not be kept; and what is older than a version that was told. */
export function createInvalidations () {
  let now = 0
  let floor = 0
  const last = new LRUCache<string, Noted>({
    max: remembered,
    // What is no longer remembered one by one counts against every reader that began before it.
    dispose: ({ moment }, _id, reason) => { if (reason === 'evict') floor = Math.max(floor, moment) }
  })

  return {
    begin: () => now,
    /** `version` is the newest there is, when it was told. */
    note (id: string, version = 0) {
      last.set(id, { moment: ++now, version: Math.max(version, last.peek(id)?.version ?? 0) })
    },
    noteAll () { floor = ++now },
    since: (begun: number, id: string) => floor > begun || (last.peek(id)?.moment ?? 0) > begun,
    outdated: ({ id, version }: Versioned) => (last.peek(id)?.version ?? 0) > version
  }
}
