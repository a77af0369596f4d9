import { useEffect, useState } from 'preact/hooks'
import { exactTime, relativeTime } from '../lib/time.js'

const everyMilliseconds = 10_000

/** How long ago something was, which goes on while one looks; the exact time is in its title. */
export function Time ({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMilliseconds)
    return () => clearInterval(timer)
  }, [])
  // A time that came after the last look at the clock is no time to come.
  return <time datetime={at} title={exactTime(at)}>{relativeTime(at, Math.max(now, Date.now()))}</time>
}
