import { monotonic } from './monotonic.js'

/** Gives what was looked up, and again for so long; those who ask meanwhile share one look-up. One that failed is not remembered. */
export function remembered<Value> (lookUp: () => Promise<Value>, milliseconds: number, now = monotonic): () => Promise<Value> {
  let last: Promise<Value> | undefined
  let until = -Infinity

  return () => {
    if (last !== undefined && now() < until) return last
    const looked = lookUp()
    last = looked
    until = Infinity
    looked.then(() => { until = now() + milliseconds }, () => { last = undefined })
    return looked
  }
}
