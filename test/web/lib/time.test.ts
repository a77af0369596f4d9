import t from 'tap'
import { exactTime, relativeTime, shortTime, stepTime } from '../../../web/lib/time.js'

const now = Date.parse('2026-11-27T12:00:00Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()

t.test('a time', async (t) => {
  for (const [seconds, words] of [
    [0, 'just now'], [-29, 'just now'], [29, 'just now'],
    [-30, '1 minute ago'], [-89, '1 minute ago'], [-91, '2 minutes ago'], [-3600, '1 hour ago'], [-7200, '2 hours ago'],
    [-86_400, 'yesterday'], [-3 * 86_400, '3 days ago'], [-31 * 86_400, 'last month'], [-800 * 86_400, '2 years ago'],
    [60, 'in 1 minute'], [7 * 86_400 - 1, 'in 7 days'], [86_400, 'tomorrow']
  ] as const) {
    await t.test(`${seconds} seconds from now is ${words}`, async (t) => t.equal(relativeTime(at(seconds), now), words))
  }

  await t.test('is told in full with its zone', async (t) => {
    t.match(exactTime('2026-11-27T12:00:00Z'), /27 November 2026.* \d\d:\d\d:\d\d \S+/)
  })

  await t.test('within a period is as short as it can be said', async (t) => {
    for (const [period, form] of [['1h', /^\d\d:\d\d$/], ['24h', /^\d+ \w+, \d\d:\d\d$/], ['7d', /^\d+ \w+, \d\d:\d\d$/], ['30d', /^27 Nov$/]] as const) {
      t.match(stepTime('2026-11-27T12:00:00Z', period), form, period)
    }
    t.match(shortTime('2026-11-27T12:00:00Z'), /^2\d Nov 2026, \d\d:\d\d$/)
  })
})
