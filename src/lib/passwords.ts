import { randomBytes } from 'node:crypto'
import { Piscina } from 'piscina'
import { createGate } from './gate.js'
import type { HashTask } from './hash-worker.js'
import { readPhc } from './phc.js'

interface Options { memoryKib: number, passes: number, threads: number, queue: number }

const longestWaitMilliseconds = 2000

export type Passwords = ReturnType<typeof createPasswords>

/**
 * Hashes and verifies passwords with argon2id in threads of their own, a bounded number waiting.
 * Both throw Busy when the queue is full or the wait too long.
 */
export function createPasswords ({ memoryKib, passes, threads, queue }: Options) {
  const pool = new Piscina<HashTask, string | boolean>({
    filename: new URL('./hash-worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
    concurrentTasksPerWorker: 2
  })
  // Of those that wait, one a thread lies ready there: it goes on without asking this thread, which may be busy.
  const ready = Math.min(threads, queue)
  const gate = createGate({ width: threads + ready, length: queue - ready, waitMilliseconds: longestWaitMilliseconds })
  const decoy = decoyHash(memoryKib, passes)

  const hash = async (password: string) =>
    String(await gate.run(async () => await pool.run({ hash: password.normalize('NFC'), memoryCost: memoryKib, timeCost: passes })))

  /** Takes as long without a stored hash, or with one that is refused, as with a good one. */
  async function verify (password: string, stored: string | undefined): Promise<boolean> {
    const good = stored !== undefined && readPhc(stored) !== undefined
    const task = { verify: password.normalize('NFC'), against: good ? stored : decoy }
    const matches = await gate.run(async () => await pool.run(task))
    return good && matches === true
  }

  /** Once a thread is there to hash. */
  async function warm () {
    await pool.run({ verify: '', against: decoy })
  }

  /** Whether a stored hash was made with weaker settings than today's. */
  function isOutdated (stored: string): boolean {
    const settings = readPhc(stored)
    return settings === undefined || settings.memoryKib < memoryKib || settings.passes < passes
  }

  return { hash, verify, warm, isOutdated, gate, close: async () => await pool.destroy() }
}

// Nobody knows a password of it: its salt and its output are random.
function decoyHash (memoryKib: number, passes: number): string {
  const [salt, output] = [16, 32].map((bytes) => randomBytes(bytes).toString('base64').replace(/=+$/, ''))
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${salt}$${output}`
}
