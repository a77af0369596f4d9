import { Unavailable } from '../errors.js'
import type { Period } from '../schemas.js'
import { monotonic } from './monotonic.js'
import { stepsOf, type Steps } from './periods.js'

interface Options<Count> {
  period: Period
  /** Counts each of these steps, which lie side by side. */
  count: (steps: Steps) => Promise<Count[]>
  /** Milliseconds since 1970, and on a clock that only goes forward. */
  now: () => number
  elapsed?: () => number
}

/** No single question is about more than this: it is answered in time however many there are. */
const sliceSeconds = 86_400
/** So long after a step is over something of it may still be written down. */
const lateMilliseconds = 600_000
/** After this, whoever asks is told to ask again. */
const patienceMilliseconds = 1_000

/**
 * Counts a period slice by slice, the oldest first, and none again that is over: asking again costs little, and of more than can be
 * counted in one go each question counts a part. @throws Unavailable when there is more to count
 */
export function createCountedSteps<Count> ({ period, count, now, elapsed = monotonic }: Options<Count>) {
  const over = new Map<number, Count>()

  return async (): Promise<{ steps: Steps, counts: Count[] }> => {
    const [begun, moment] = [elapsed(), now()]
    const steps = stepsOf(period, moment)
    const step = steps.stepSeconds * 1000
    for (const at of over.keys()) if (at < steps.from) over.delete(at)

    const counted = new Map(over)
    const rest = steps.begin.filter((at) => !over.has(at))
    const width = Math.max(1, Math.floor(sliceSeconds / steps.stepSeconds))
    for (let place = 0; place < rest.length; place += width) {
      if (elapsed() - begun > patienceMilliseconds) throw new Unavailable(1)
      const begin = rest.slice(place, place + width)
      const [from = 0, last = 0] = [begin[0], begin.at(-1)]
      const counts = await count({ stepSeconds: steps.stepSeconds, begin, from, to: last + step })
      for (const [place, at] of begin.entries()) {
        const found = counts[place]
        if (found === undefined) throw new Error('a step was not counted')
        counted.set(at, found)
        if (at + step + lateMilliseconds <= moment) over.set(at, found)
      }
    }
    return { steps, counts: steps.begin.flatMap((at) => counted.get(at) ?? []) }
  }
}
