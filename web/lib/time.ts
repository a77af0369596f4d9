const language = 'en-GB'
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })

const units: Array<[Intl.RelativeTimeFormatUnit, number]> = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]]

/** How long ago that was, or how long it is until then. What is less than half a minute away is now: clocks differ. */
export function relativeTime (at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000
  if (Math.abs(seconds) < 30) return 'just now'
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60]
  return relative.format(Math.round(seconds / length) || Math.sign(seconds), unit)
}

/** The moment itself, in the zone of whoever looks. */
export const exactTime = (at: string): string => exact.format(Date.parse(at))

const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const dayAlone = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** A moment within a period, as short as it can be said. Whole days are those of UTC, as they were counted. */
export function stepTime (at: string, period: '1h' | '24h' | '7d' | '30d'): string {
  const format = { '1h': clock, '24h': dayAndClock, '7d': dayAndClock, '30d': dayAlone }[period]
  return format.format(Date.parse(at))
}

const short = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })

/** A moment in one line of a table. */
export const shortTime = (at: string): string => short.format(Date.parse(at))
