import { Busy } from '../errors.js'
import { monotonic } from './monotonic.js'

interface Waiter { enter: () => void, timer: NodeJS.Timeout }

export type Gate = ReturnType<typeof createGate>

interface Options {
  width: number
  length: number
  waitMilliseconds: number
  /** How many seconds a task waited to be let in. */
  waited?: (seconds: number) => void
}

/**
 * Lets `width` tasks run at once and `length` more wait, none longer than `waitMilliseconds`.
 * `run` throws Busy, at once when the queue is full.
 */
export function createGate ({ width, length, waitMilliseconds, waited = () => {} }: Options) {
  const waiting = new Set<Waiter>()
  const refused = { full: 0, late: 0 }
  let running = 0

  /** Throws Busy when `run` would at once: to be asked before anything is looked up for a task. */
  function refuseWhenFull () {
    if (running < width || waiting.size < length) return
    refused.full++
    throw new Busy()
  }

  async function enter () {
    if (running < width) {
      running++
      return
    }
    refuseWhenFull()

    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        enter: resolve,
        timer: setTimeout(() => {
          waiting.delete(waiter)
          refused.late++
          reject(new Busy())
        }, waitMilliseconds)
      }
      waiting.add(waiter)
    })
  }

  // A task that leaves hands its place to the one that has waited longest.
  function leave () {
    const [first] = waiting
    if (first === undefined) {
      running--
      return
    }
    waiting.delete(first)
    clearTimeout(first.timer)
    first.enter()
  }

  async function run<T> (task: () => Promise<T>): Promise<T> {
    const asked = monotonic()
    await enter()
    waited((monotonic() - asked) / 1000)
    try {
      return await task()
    } finally {
      leave()
    }
  }

  return { run, refuseWhenFull, refused: refused as Readonly<typeof refused>, get running () { return running }, get waiting () { return waiting.size } }
}
