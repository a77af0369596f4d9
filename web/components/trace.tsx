import { roundTop } from '../lib/scale.js'
import '../styles/plots.css'

/** The last values of something, the newest at the right end. Whoever does not see it reads the values beside it. */
export function Trace ({ values, room, most }: { values: readonly number[], room: number, most: number }) {
  const top = Math.max(most, roundTop(Math.max(0, ...values)))
  const points = values.map((value, place) => `${room - values.length + place},${(100 - value / top * 100).toFixed(1)}`)
  const last = room - 1
  return (
    <div class='axes short' aria-hidden='true'>
      <div class='heights'><span>{top}</span><span>0</span></div>
      <svg viewBox={`0 0 ${last} 100`} preserveAspectRatio='none'>
        <path class='lines' d={`M0 .5H${last}M0 99.5H${last}`} />
        {points.length > 1 && <polyline class='trace' points={points.join(' ')} />}
      </svg>
    </div>
  )
}
