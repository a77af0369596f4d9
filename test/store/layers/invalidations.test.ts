import t from 'tap'
import { createInvalidations } from '../../../src/store/layers/invalidations.js'

t.test('createInvalidations', async (t) => {
  t.test('tells a reader what was invalidated after it began, and nothing else', async (t) => {
    const invalidations = createInvalidations()
    invalidations.note('a')
    const begun = invalidations.begin()
    t.notOk(invalidations.since(begun, 'a'))
    invalidations.note('b')
    t.notOk(invalidations.since(begun, 'a'))
    t.ok(invalidations.since(begun, 'b'))
    t.notOk(invalidations.since(invalidations.begin(), 'b'))
  })

  t.test('all at once counts for each', async (t) => {
    const invalidations = createInvalidations()
    const begun = invalidations.begin()
    invalidations.noteAll()
    t.ok(invalidations.since(begun, 'a'))
    t.notOk(invalidations.since(invalidations.begin(), 'a'))
  })

  t.test('what it no longer remembers one by one counts against all who began before it', async (t) => {
    const invalidations = createInvalidations()
    const before = invalidations.begin()
    invalidations.note('a')
    const after = invalidations.begin()
    for (let number = 0; number < 10_000; number++) invalidations.note(`other ${number}`)
    t.ok(invalidations.since(before, 'a'))
    t.ok(invalidations.since(before, 'unheard of'))
    t.notOk(invalidations.since(after, 'a'))
  })

  t.test('knows the newest version that was told', async (t) => {
    const invalidations = createInvalidations()
    t.notOk(invalidations.outdated({ id: 'a', version: 1 }))
    invalidations.note('a', 3)
    invalidations.note('a', 2)
    invalidations.note('a')
    t.ok(invalidations.outdated({ id: 'a', version: 2 }))
    t.notOk(invalidations.outdated({ id: 'a', version: 3 }))
  })
})
