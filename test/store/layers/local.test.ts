import t from 'tap'
import { createLocalCopies, type LocalCopies, type Versioned } from '../../../src/store/layers/local.js'

const copy = (version: number, id = 'a') => ({ id, version })

t.test('createLocalCopies', async (t) => {
  t.test('an older version never takes the place of a newer one', async (t) => {
    const copies = createLocalCopies({ max: 10 })
    for (const version of [2, 1, 3, 2]) copies.put(copy(version))
    t.same(copies.get('a', Infinity), copy(3))
  })

  t.test('the same version once more is younger', async (t) => {
    const clock = { now: 1000 }
    t.intercept(performance, 'now', { value: () => clock.now })
    const copies = createLocalCopies({ max: 10 })
    copies.put(copy(1))
    clock.now = 1500
    copies.put(copy(1))
    clock.now = 1600
    t.same(copies.get('a', 200), copy(1))
  })

  t.test('gives a copy no older than asked for', async (t) => {
    const clock = { now: 1000 }
    t.intercept(performance, 'now', { value: () => clock.now })
    const copies = createLocalCopies({ max: 10 })
    copies.put(copy(1))
    clock.now = 2000
    t.same(copies.get('a', 1000), copy(1))
    t.equal(copies.get('a', 999), undefined)
    t.same(copies.get('a', 60_000), copy(1), 'what is too old for one is not for another')
  })

  t.test('drops what is older than a version, or any', async (t) => {
    const copies = createLocalCopies({ max: 10 })
    copies.put(copy(2))
    copies.drop('a', 2)
    t.same(copies.get('a', Infinity), copy(2))
    copies.drop('a', 3)
    t.equal(copies.get('a', Infinity), undefined)

    copies.put(copy(2))
    copies.drop('a')
    t.equal(copies.get('a', Infinity), undefined)
    copies.drop('nobody')
  })

  t.test('forgets the one used longest ago when it is full', async (t) => {
    const clock = { now: 1000 }
    t.intercept(performance, 'now', { value: () => clock.now })
    const copies = createLocalCopies({ max: 2 })
    for (const id of ['b', 'a']) copies.put(copy(1, id))
    for (const id of ['b', 'a']) copies.get(id, Infinity)
    clock.now = 2000
    copies.get('b', Infinity)
    copies.put(copy(1, 'c'))
    t.same(['a', 'b', 'c'].map((id) => copies.get(id, Infinity) !== undefined), [false, true, true])
  })

  for (const [how, act] of Object.entries({
    'was dropped': ({ drop }) => drop('a'),
    'was replaced': ({ put }) => put(copy(2)),
    'was put once more': ({ put }) => put(copy(1)),
    'was forgotten with all': ({ clear }) => clear(),
    'had to give way': ({ put }) => put(copy(1, 'b'))
  } satisfies Record<string, (copies: LocalCopies<Versioned>) => void>)) {
    t.test(`nothing lies where a copy lay that ${how}`, async (t) => {
      const copies = createLocalCopies({ max: 1 })
      copies.put(copy(1))
      const place = copies.locate('a')
      t.ok(place)
      if (place === undefined) return
      t.same(copies.copyAt(place, Infinity), copy(1))
      t.equal(copies.locate('a', place), place)
      act(copies)
      t.equal(copies.copyAt(place, Infinity), undefined)
      t.not(copies.locate('a', place), place)
    })
  }

  t.test('a copy that is looked at where it lies stays when another has to give way', async (t) => {
    const clock = { now: 1000 }
    t.intercept(performance, 'now', { value: () => clock.now })
    const copies = createLocalCopies({ max: 2 })
    for (const id of ['b', 'a']) copies.put(copy(1, id))
    const place = copies.locate('b')
    clock.now = 2000
    if (place !== undefined) copies.copyAt(place, Infinity)
    copies.put(copy(1, 'c'))
    t.same(['a', 'b', 'c'].map((id) => copies.locate(id) !== undefined), [false, true, true])
  })

  t.test('is bounded, forgets all at once, and counts', async (t) => {
    const copies = createLocalCopies({ max: 10 })
    for (let number = 0; number < 30; number++) copies.put(copy(1, String(number)))
    t.equal(copies.size, 10)
    t.same(copies.get('29', Infinity), copy(1, '29'))
    copies.clear()
    t.equal(copies.size, 0)
  })
})
