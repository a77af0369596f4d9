import t from 'tap'
import { decodeSession, encodeSession, names, type SessionRecord } from '../../../src/store/sessions/record.js'

const record: SessionRecord = {
  id: 's', userId: 'u', version: 3, accessId: 'a2', replaced: [{ accessId: 'a1', at: 5000 }, { accessId: 'a0', at: 4000 }], openedAtMicros: 1_700_000_000_000_001, used: true
}

t.test('a record names', async (t) => {
  const rows: [rule: string, jti: string, now: number, named: boolean][] = [
    ['its live access token, whatever the time', 'a2', Infinity, true],
    ['a replaced one until its overlap ends', 'a1', 5999, true],
    ['a replaced one no longer once it has', 'a1', 6000, false],
    ['each replaced one by its own time', 'a0', 5000, false],
    ['no other', 'a3', 0, false]
  ]
  for (const [rule, jti, now, named] of rows) t.test(rule, async (t) => t.equal(names(record, jti, now, 1000), named))

  t.test('none but the live one when there is no overlap', async (t) => {
    t.same(['a2', 'a1', 'a0'].map((jti) => names(record, jti, 5000, 0)), [true, false, false])
  })
})

t.test('a record as one line', async (t) => {
  t.test('comes back as it was, with its version beside it', async (t) => {
    for (const changes of [{}, { used: false }, { replaced: [] }, { replaced: [{ accessId: 'a1', at: 0 }] }]) {
      const changed = { ...record, ...changes }
      t.same(decodeSession(encodeSession(changed), 3), changed)
    }
  })

  t.test('holds microseconds to the last one', async (t) => {
    t.equal(decodeSession(encodeSession(record), 1)?.openedAtMicros, 1_700_000_000_000_001)
  })

  t.test('is no record when fields are missing', async (t) => {
    const fields = encodeSession(record).split(' ')
    for (let length = 0; length < 5; length++) t.equal(decodeSession(fields.slice(0, length).join(' '), 1), undefined)
  })

  t.test('half a replaced token is none', async (t) => {
    t.same(decodeSession(`${encodeSession(record)} a9`, 3), record)
  })
})
