import t from 'tap'
import { periods, stepsOf } from '../../src/lib/periods.js'
import type { Period } from '../../src/schemas.js'

const rows: [period: Period, now: string, from: string, to: string, stepSeconds: number, steps: number][] = [
  ['1h', '2026-11-22T10:00:00.000Z', '2026-11-22T09:01:00.000Z', '2026-11-22T10:01:00.000Z', 60, 60],
  ['1h', '2026-11-22T10:00:59.999Z', '2026-11-22T09:01:00.000Z', '2026-11-22T10:01:00.000Z', 60, 60],
  ['1h', '2026-11-22T10:01:00.000Z', '2026-11-22T09:02:00.000Z', '2026-11-22T10:02:00.000Z', 60, 60],
  ['24h', '2026-11-22T10:00:00.000Z', '2026-11-21T10:30:00.000Z', '2026-11-22T10:30:00.000Z', 1800, 48],
  ['24h', '2026-11-22T09:59:59.999Z', '2026-11-21T10:00:00.000Z', '2026-11-22T10:00:00.000Z', 1800, 48],
  ['7d', '2026-11-22T10:00:00.000Z', '2026-11-15T12:00:00.000Z', '2026-11-22T12:00:00.000Z', 14_400, 42],
  ['7d', '2028-02-29T23:59:00.000Z', '2028-02-23T00:00:00.000Z', '2028-03-01T00:00:00.000Z', 14_400, 42],
  ['30d', '2026-11-22T10:00:00.000Z', '2026-10-24T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 86_400, 30],
  ['30d', '2026-11-22T00:00:00.000Z', '2026-10-24T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 86_400, 30]
]

t.test('the steps of a period', async (t) => {
  for (const [period, now, from, to, stepSeconds, count] of rows) {
    t.test(`of ${period} at ${now}`, async (t) => {
      const steps = stepsOf(period, Date.parse(now))
      t.same({ from: new Date(steps.from).toISOString(), to: new Date(steps.to).toISOString(), stepSeconds: steps.stepSeconds }, { from, to, stepSeconds })
      t.equal(steps.begin.length, count)
      t.equal(steps.begin[0], steps.from)
      t.equal(steps.begin.at(-1), steps.to - stepSeconds * 1000)
      t.same(steps.begin.slice(1).map((at, place) => at - (steps.begin[place] ?? 0)), Array(count - 1).fill(stepSeconds * 1000), 'each follows the one before')
    })
  }

  t.test('are as many as a line wants', async (t) => {
    for (const period of periods) {
      const { length } = stepsOf(period, 0).begin
      t.ok(length >= 30 && length <= 60, `${period}: ${length}`)
    }
  })
})
