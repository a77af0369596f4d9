import type { SessionRecord } from './record.js'

interface Options {
  /** Writes it down; gives the changed record, or undefined when it was no news. */
  write: (id: string, accessId: string) => Promise<SessionRecord | undefined>
  changed: (record: SessionRecord) => Promise<void>
  log: { warn: (details: object, message: string) => void }
}

const mostPending = 10_000

export type Usage = ReturnType<typeof createUsage>

/**
 * Writes down, beside the requests and not before their answers, that a successor has been used: from then on its parent is
 * worth nothing. What could not be written is tried again by the next request.
 */
export function createUsage ({ write, changed, log }: Options) {
  const pending = new Map<string, Promise<void>>()

  return {
    mark (record: SessionRecord) {
      if (pending.size >= mostPending || pending.has(record.id)) return
      record.used = true
      pending.set(record.id, write(record.id, record.accessId)
        .then(async (after) => { if (after !== undefined) await changed(after) })
        .catch((error: Error) => {
          record.used = false
          log.warn({ error: error.message }, 'the use of a session is written down later')
        })
        .finally(() => pending.delete(record.id)))
    },

    /** Once what was marked of this session is written. */
    settled: (id: string): Promise<void> | undefined => pending.get(id),

    async close () {
      await Promise.all(pending.values())
    }
  }
}
