import t from 'tap'
import { parseDuration } from '../../src/lib/duration.js'

t.test('a duration', async (t) => {
  const rows: [string, number][] = [['500ms', 0.5], ['0s', 0], ['90s', 90], ['15m', 900], ['12h', 43_200], ['7d', 604_800], ['007d', 604_800], ['999999999s', 999_999_999]]
  for (const [text, seconds] of rows) {
    t.test(`${text} is ${seconds} seconds`, async (t) => t.equal(parseDuration(text), seconds))
  }

  for (const text of ['', '15', 'm', '15 m', ' 15m', '15m ', '15m\n', '1.5h', '-1s', '+1s', '1e3s', '15M', '15min', '1d12h', '1w', 'Infinityd', '9999999999s', '١s']) {
    t.test(`${JSON.stringify(text)} is none`, async (t) => t.equal(parseDuration(text), undefined))
  }
})
