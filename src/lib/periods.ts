import type { Period } from '../schemas.js'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** How long each lasts and into what it is divided, in seconds: so many steps that a line can be drawn of them. */
const lengths: Record<Period, { seconds: number, stepSeconds: number }> = {
  '1h': { seconds: hour, stepSeconds: minute },
  '24h': { seconds: day, stepSeconds: hour / 2 },
  '7d': { seconds: 7 * day, stepSeconds: 4 * hour },
  '30d': { seconds: 30 * day, stepSeconds: day }
}

export const periods = Object.keys(lengths) as Period[]

/** Milliseconds since 1970: where each step begins, and where the last one ends. */
export interface Steps { stepSeconds: number, begin: number[], from: number, to: number }

/** The steps of a period, the last one being that which goes on at `now`. They begin at whole steps since 1970, in UTC. */
export function stepsOf (period: Period, now: number): Steps {
  const { seconds, stepSeconds } = lengths[period]
  const step = stepSeconds * 1000
  const to = (Math.floor(now / step) + 1) * step
  const from = to - seconds * 1000
  return { stepSeconds, begin: Array.from({ length: seconds / stepSeconds }, (_, place) => from + place * step), from, to }
}
