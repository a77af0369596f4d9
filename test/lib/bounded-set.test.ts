import t from 'tap'
import { createBoundedSet } from '../../src/lib/bounded-set.js'

t.test('A bounded set', async (t) => {
  t.test('forgets the member that was added longest ago', async (t) => {
    const set = createBoundedSet(2)
    for (const member of ['a', 'b', 'a', 'c']) set.add(member)
    t.same(['a', 'b', 'c'].map(set.has), [true, false, true])
  })

  t.test('has no member that was taken out', async (t) => {
    const set = createBoundedSet(2)
    set.add('a')
    t.ok(set.delete('a'))
    t.notOk(set.has('a'))
  })
})
