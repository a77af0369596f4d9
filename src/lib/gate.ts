import { Busy } from '../errors.js'

interface Waiter { enter: () => void, timer: NodeJS.Timeout }

export type Gate = ReturnType<typeof createGate>

/**
 * Lets `width` tasks run at once and `length` more wait, none longer than `waitMilliseconds`.
 * `run` throws Busy, at once when the queue is full.
 */
export function createGate ({ width, length, waitMilliseconds }: { width: number, length: number, waitMilliseconds: number }) {
  const waiting = new Set<Waiter>()
  let running = 0

  async function enter () {
    if (running < width) {
      running++
      return
    }
    if (waiting.size >= length) throw new Busy()

    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        enter: resolve,
        timer: setTimeout(() => {
          waiting.delete(waiter)
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
    await enter()
    try {
      return await task()
    } finally {
      leave()
    }
  }

  return { run, get running () { return running }, get waiting () { return waiting.size } }
}
