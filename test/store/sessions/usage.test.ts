import t, { type Test } from 'tap'
import type { SessionRecord } from '../../../src/store/sessions/record.js'
import { createUsage } from '../../../src/store/sessions/usage.js'

const recordOf = (id: string): SessionRecord => ({ id, userId: 'u', version: 1, accessId: `access of ${id}`, replaced: [], openedAtMicros: 1, used: false })

/** Writes that end when the test says so. */
function start (t: Test) {
  const ends: { resolve: (after?: SessionRecord) => void, reject: (error: Error) => void }[] = []
  const write = t.captureFn(async (_id: string, _accessId: string) => await new Promise<SessionRecord | undefined>((resolve, reject) => { ends.push({ resolve, reject }) }))
  const changed = t.captureFn(async (_record: SessionRecord) => {})
  const warn = t.captureFn((_details: object, _message: string) => {})
  return { usage: createUsage({ write, changed, log: { warn } }), write, changed, warn, end: (place: number) => ends[place] as typeof ends[number] }
}

t.test('the use of a session', async (t) => {
  t.test('is written down, and what it changed is told', async (t) => {
    const { usage, write, changed, end } = start(t)
    const record = recordOf('a')
    usage.mark(record)
    t.ok(record.used, 'at once, so that the next request does not ask again')
    t.same(write.args(), [['a', 'access of a']])

    const after = { ...record, version: 2 }
    end(0).resolve(after)
    await usage.settled('a')
    t.same(changed.args(), [[after]])
    t.equal(usage.settled('a'), undefined)
  })

  t.test('that was no news is told to nobody', async (t) => {
    const { usage, changed, end } = start(t)
    usage.mark(recordOf('a'))
    end(0).resolve()
    await usage.settled('a')
    t.same(changed.args(), [])
  })

  t.test('is written once, however many requests come meanwhile', async (t) => {
    const { usage, write } = start(t)
    for (let request = 0; request < 5; request++) usage.mark(recordOf('a'))
    usage.mark(recordOf('b'))
    t.same(write.args().map(([id]) => id), ['a', 'b'])
  })

  t.test('that could not be written is written by the next request', async (t) => {
    const { usage, write, warn, end } = start(t)
    const record = recordOf('a')
    usage.mark(record)
    end(0).reject(new Error('away'))
    await usage.settled('a')
    t.notOk(record.used)
    t.match(warn.args(), [[{ error: 'away' }, String]])

    usage.mark(record)
    t.ok(record.used)
    t.equal(write.args().length, 2)
  })

  t.test('waits in no longer a line than ten thousand', async (t) => {
    const { usage, write } = start(t)
    const records = Array.from({ length: 10_001 }, (_, place) => recordOf(String(place)))
    for (const record of records) usage.mark(record)
    t.equal(write.args().length, 10_000)
    t.equal(records.at(-1)?.used, false, 'the next request of that session tries again')
  })

  t.test('is written before the server closes', async (t) => {
    const { usage, end } = start(t)
    usage.mark(recordOf('a'))
    let closed = false
    const closing = usage.close().then(() => { closed = true })
    await new Promise(setImmediate)
    t.notOk(closed)
    end(0).resolve()
    await closing
  })
})
