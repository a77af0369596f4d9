import t from 'tap'
import { createEndings } from '../../src/store/endings.js'
import type { SessionRecord } from '../../src/store/sessions/record.js'

const opened = (openedAtMicros: number, id = 'a'): SessionRecord =>
  ({ id, userId: 'u', version: 1, accessId: 'x', replaced: [], openedAtMicros, used: true })

t.test('createEndings', async (t) => {
  t.test('gives the ids that were news', async (t) => {
    const endings = createEndings({ accessMilliseconds: 1000 })
    t.same(endings.add(['a', 'b']), ['a', 'b'])
    t.same(endings.add(['b', 'c']), ['c'])
    t.ok(['a', 'b', 'c'].every((id) => endings.has(id)))
    t.notOk(endings.has('d'))
  })

  t.test('remembers each for the life of an access token, and then forgets it', async (t) => {
    const clock = { now: 5000 }
    t.intercept(performance, 'now', { value: () => clock.now })
    const endings = createEndings({ accessMilliseconds: 1000 })
    endings.add(['a'])
    clock.now += 600
    endings.add(['b'])
    clock.now += 400
    endings.add(['c'])
    t.ok(endings.has('a'), 'not before its time')
    clock.now += 1
    endings.add(['d'])
    t.notOk(endings.has('a'))
    t.ok(endings.has('b'))
    t.equal(endings.size, 3)
  })

  t.test('covers a session that ended, whatever its copy says', async (t) => {
    const endings = createEndings({ accessMilliseconds: 1000 })
    t.notOk(endings.covers(opened(1)))
    endings.add(['a'])
    t.ok(endings.covers(opened(1)))
  })

  t.test('covers every session opened up to the moment at which all were ended', async (t) => {
    const endings = createEndings({ accessMilliseconds: 1000 })
    t.ok(endings.addEveryone(100))
    t.notOk(endings.addEveryone(100), 'no news')
    t.notOk(endings.addEveryone(99), 'an older one takes nothing back')
    t.ok(endings.covers(opened(99)))
    t.ok(endings.covers(opened(100)))
    t.notOk(endings.covers(opened(101)))
  })
})
