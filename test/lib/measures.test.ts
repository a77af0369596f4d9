import t from 'tap'
import { createMeasures } from '../../src/lib/measures.js'

t.test('measures', async (t) => {
  t.test('tell a count without labels before it has counted anything', async (t) => {
    const measures = createMeasures()
    const { count, add } = measures.counter({ name: 'pets_total', help: 'Pets' })
    t.same(await measures.all[0]?.read(), [{ labels: {}, value: 0 }])
    count()
    add(2)
    t.same(await measures.all[0]?.read(), [{ labels: {}, value: 3 }])
  })

  t.test('count apart by the values of labels, those that are known from the start', async (t) => {
    const measures = createMeasures()
    const { count, read } = measures.counter({ name: 'pets_total', help: 'Pets', labels: ['kind', 'colour'], known: ['cat'] })
    count('cat', 'black')
    count('cat', 'black')
    count('dog', '')
    t.same(await measures.all[0]?.read(), [
      { labels: { kind: 'cat', colour: '' }, value: 0 },
      { labels: { kind: 'cat', colour: 'black' }, value: 2 },
      { labels: { kind: 'dog', colour: '' }, value: 1 }
    ])
    t.same(read(), await measures.all[0]?.read(), 'whoever counts may read too')
  })

  t.test('tell of durations how many were no longer than each bound, their sum and their number', async (t) => {
    const measures = createMeasures()
    const { observe } = measures.histogram({ name: 'naps_seconds', help: 'Naps', labels: ['of'], bounds: [1, 2] }).of('cat')
    for (const seconds of [0.5, 1, 1.5, 9]) observe(seconds)
    t.same(await measures.all[0]?.read(), [
      { metricName: 'naps_seconds_bucket', labels: { of: 'cat', le: '1' }, value: 2 },
      { metricName: 'naps_seconds_bucket', labels: { of: 'cat', le: '2' }, value: 3 },
      { metricName: 'naps_seconds_bucket', labels: { of: 'cat', le: '+Inf' }, value: 4 },
      { metricName: 'naps_seconds_sum', labels: { of: 'cat' }, value: 12 },
      { metricName: 'naps_seconds_count', labels: { of: 'cat' }, value: 4 }
    ])
  })

  t.test('of one server are not those of another', async (t) => {
    const [one, other] = [createMeasures(), createMeasures()]
    one.counter({ name: 'pets_total', help: 'Pets' }).count()
    t.equal(other.all.length, 0)
  })
})
