import { Piscina } from 'piscina'
import { createGate } from './gate.js'
import type { HashTask } from './hash-worker.js'
import { monotonic } from './monotonic.js'
import { decoyHash, readPhc } from './phc.js'
import { readStoredHash } from './stored-hash.js'

interface Options {
  memoryKib: number
  passes: number
  threads: number
  queue: number
  /** How many seconds a hash waited to be let in, and then took. */
  waited?: (seconds: number) => void
  hashed?: (seconds: number) => void
}

const longestWaitMilliseconds = 2000

export type Passwords = ReturnType<typeof createPasswords>

/**
 * Hashes and verifies passwords with argon2id in threads of their own, a bounded number waiting.
 * Both throw Busy when the queue is full or the wait too long.
 */
export function createPasswords ({ memoryKib, passes, threads, queue, waited, hashed }: Options) {
  const pool = new Piscina<HashTask, string | boolean>({
    filename: new URL('./hash-worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
    concurrentTasksPerWorker: 2
  })
  // Of those that wait, one a thread lies ready there: it goes on without asking this thread, which may be busy.
  const ready = Math.min(threads, queue)
  const gate = createGate({ width: threads + ready, length: queue - ready, waitMilliseconds: longestWaitMilliseconds, ...(waited && { waited }) })
  const decoy = decoyHash(memoryKib, passes)

  const run = async (task: HashTask) => await gate.run(async () => {
    const begun = monotonic()
    return await pool.run(task).finally(() => hashed?.((monotonic() - begun) / 1000))
  })

  const hash = async (password: string) =>
    String(await run({ hash: password.normalize('NFC'), memoryCost: memoryKib, timeCost: passes }))

  /** Takes as long without a stored hash, or with one that is refused, as with a good one. */
  async function verify (password: string, stored: string | undefined): Promise<boolean> {
    const good = stored !== undefined && readStoredHash(stored) !== undefined
    // Ours are all of the NFC; elsewhere it may have been hashed as it was typed.
    const spellings = [...new Set([password.normalize('NFC'), password])]
    const task = { verify: spellings, against: good ? stored : decoy }
    const matches = await run(task)
    return good && matches === true
  }

  /** Once a thread is there to hash. */
  async function warm () {
    await pool.run({ verify: [''], against: decoy })
  }

  /** Whether a stored hash was made by another scheme than ours, or with weaker settings than today's. */
  function isOutdated (stored: string): boolean {
    const settings = readPhc(stored)
    return settings?.variant !== 'argon2id' || settings.memoryKib < memoryKib || settings.passes < passes
  }

  return { hash, verify, warm, isOutdated, gate, close: async () => await pool.destroy() }
}
