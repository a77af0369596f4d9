import t from 'tap'
import { eventTypes } from '../../../src/lib/event.js'
import { detailWords, eventWords } from '../../../web/lib/words-for-events.js'

t.test('events in words', async (t) => {
  t.test('have words for every type there is', async (t) => {
    t.same(Object.keys(eventWords).sort(), [...eventTypes].sort())
    t.equal(new Set(Object.values(eventWords)).size, eventTypes.length, 'and others for each')
  })

  for (const [detail, words] of [
    [{}, ''],
    [{ because: 'wrong_password' }, 'wrong password'],
    [{ because: 'something_new' }, 'something_new'],
    [{ times: 7 }, '7 times'],
    [{ by: 'command line', from: 'user', to: 'admin', none: null }, 'by: command line, from: user, to: admin']
  ] as const) {
    t.test(`tell ${JSON.stringify(detail)} as "${words}"`, async (t) => t.equal(detailWords({ detail }), words))
  }
})
