import { Type } from 'typebox'
import t from 'tap'
import { limitOf, pageOf, placeOf } from '../../src/lib/pages.js'

const Place = Type.Tuple([Type.String({ pattern: '^[a-z]+$' })])
const rows = ['a', 'b', 'c']

t.test('a page is cut off at its limit, and its cursor says where the next one begins', async (t) => {
  const { rows: page, nextCursor } = pageOf(rows, 2, (last) => [last])
  t.same(page, ['a', 'b'])
  t.same(placeOf(Place, nextCursor ?? ''), ['b'])
  t.match(nextCursor, /^[\w-]+$/, 'fit for a URL')
})

t.test('the last page has no cursor, full or not', async (t) => {
  t.same(pageOf(rows, 3, (last) => [last]), { rows, nextCursor: null })
  t.same(pageOf([], 3, (last) => [last]), { rows: [], nextCursor: null })
})

t.test('without a cursor a page is the first', async (t) => t.equal(placeOf(Place, undefined), undefined))

t.test('a limit is 20 when it is left out', async (t) => t.same([limitOf(undefined), limitOf('7')], [20, 7]))

t.test('a cursor with one sign changed is refused, whichever it is', async (t) => {
  const { nextCursor } = pageOf(rows, 2, (last) => [last])
  const cursor = nextCursor ?? ''
  for (const [at, sign] of [...cursor].entries()) {
    const changed = `${cursor.slice(0, at)}${sign === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
    t.throws(() => placeOf(Place, changed), { code: 'validation_failed' }, changed)
  }
  for (const changed of [`${cursor}=`, `${cursor}A`, cursor.slice(1), cursor.slice(0, -1), ` ${cursor}`]) t.throws(() => placeOf(Place, changed), { code: 'validation_failed' }, changed)
})

t.test('a cursor of another list is refused', async (t) => {
  const { nextCursor } = pageOf(rows, 2, () => ['A'])
  t.throws(() => placeOf(Place, nextCursor ?? ''), { code: 'validation_failed' })
})

for (const cursor of ['', 'nonsense', 'bnVsbA', Buffer.from('["A"]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
  t.test(`a cursor that is none of ours is refused: "${cursor}"`, async (t) => {
    t.throws(() => placeOf(Place, cursor), { code: 'validation_failed', errors: [{ path: '/cursor', message: 'must be the nextCursor of a page' }] })
  })
}
