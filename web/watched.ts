import { useEffect, useMemo, useState } from 'preact/hooks'
import { auth } from './auth.js'
import { createWatch } from './lib/watch.js'

interface Watched<Found> {
  /** What was found last; undefined until the first answer. */
  found: Found | undefined
  /** Why the last look failed; undefined when it did not. */
  trouble: unknown
  /** Looks again now. */
  look: () => void
}

const seldom = 10_000

/** What the server has, looked at again while the page is seen, when it comes into sight, and on news. `ask` is the one of the first call. */
export function useWatched<Found> (ask: () => Promise<Found>, everyMilliseconds = seldom): Watched<Found> {
  const [found, setFound] = useState<Found>()
  const [trouble, setTrouble] = useState<unknown>()

  const watch = useMemo(() => createWatch<Found>({
    ask,
    tell (answer) {
      setTrouble(undefined)
      setFound(answer ?? undefined)
    },
    fail: setTrouble,
    seen: () => document.visibilityState === 'visible',
    everyMilliseconds
  }), [])

  useEffect(() => {
    const off = auth.on('changed', watch.look)
    document.addEventListener('visibilitychange', watch.glance)
    watch.look()
    return () => {
      off()
      document.removeEventListener('visibilitychange', watch.glance)
      watch.stop()
    }
  }, [watch])

  return { found, trouble, look: watch.look }
}
