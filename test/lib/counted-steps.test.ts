import t from 'tap'
import { createCountedSteps } from '../../src/lib/counted-steps.js'
import type { Steps } from '../../src/lib/periods.js'
import type { Period } from '../../src/schemas.js'

const minute = 60_000
const day = 1440 * minute
const noon = Date.parse('2026-11-22T12:00:00.000Z')

/** A period whose steps are counted as when they begin, each question taking as long as it is told. */
function counting (period: Period) {
  const asked: Steps[] = []
  const clock = { now: noon, elapsed: 0, takes: 0 }
  const count = async (steps: Steps) => {
    asked.push(steps)
    clock.elapsed += clock.takes
    return steps.begin
  }
  const look = createCountedSteps({ period, count, now: () => clock.now, elapsed: () => clock.elapsed })
  return { asked, clock, look }
}

t.test('counted steps', async (t) => {
  for (const [period, questions] of [['1h', 1], ['24h', 1], ['7d', 7], ['30d', 30]] as const) {
    t.test(`of ${period} are asked for in ${questions}, side by side, none of more than a day`, async (t) => {
      const { asked, look } = counting(period)
      const { steps, counts } = await look()
      t.same(counts, steps.begin)
      t.same(asked.flatMap(({ begin }) => begin), steps.begin)
      t.equal(asked.length, questions)
      for (const { from, to, begin, stepSeconds } of asked) t.same([begin[0], to], [from, from + begin.length * stepSeconds * 1000])
      t.ok(asked.every(({ from, to }) => to - from <= day))
    })
  }

  t.test('are not counted again once they are over, and what may still be late has come', async (t) => {
    const { asked, clock, look } = counting('24h')
    await look()
    asked.length = 0
    const { steps, counts } = await look()
    t.same(counts, steps.begin)
    t.same(asked.map(({ begin }) => begin), [[noon - 30 * minute, noon]], 'the step before was over only now')

    asked.length = 0
    clock.now = noon + 10 * minute
    await look()
    await look()
    t.same(asked.map(({ begin }) => begin), [[noon - 30 * minute, noon], [noon]])
  })

  t.test('go on with time', async (t) => {
    const { asked, clock, look } = counting('30d')
    await look()
    asked.length = 0
    clock.now = noon + 2 * day
    const { steps, counts } = await look()
    t.same(counts, steps.begin)
    t.equal(asked.length, 3)
    asked.length = 0
    clock.now = noon
    t.same((await look()).counts.length, 30, 'and back, with a clock that is set back')
  })

  t.test('that take too long to count are counted in part, and whoever asks again gets further', async (t) => {
    const { asked, clock, look } = counting('30d')
    clock.takes = 100
    for (const questions of [11, 22]) {
      await t.rejects(look(), { code: 'unavailable', retryAfterSeconds: 1 })
      t.equal(asked.length, questions)
    }
    const { steps, counts } = await look()
    t.same(counts, steps.begin)
    t.equal(asked.length, 30)
  })

  t.test('that could not be counted are asked for again', async (t) => {
    let failing = true
    const look = createCountedSteps({
      period: '1h',
      now: () => noon,
      count: async ({ begin }) => {
        if (failing) throw new Error('not now')
        return begin
      }
    })
    await t.rejects(look(), { message: 'not now' })
    failing = false
    t.equal((await look()).counts.length, 60)
  })
})
