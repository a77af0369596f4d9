import t from 'tap'
import { pile, roundTop } from '../../../web/lib/scale.js'

t.test('the top of a plot', async (t) => {
  for (const [greatest, top] of [[0, 4], [4, 4], [5, 5], [6, 10], [12, 20], [21, 50], [99, 100], [100, 100], [101, 200], [750_000, 1_000_000]] as const) {
    t.test(`is ${top} over ${greatest}`, async (t) => t.equal(roundTop(greatest), top))
  }
})

t.test('the parts of a pile stand on each other, from below', async (t) => {
  t.same(pile([5, 3, 0], 10), [{ y: 50, height: 50 }, { y: 20, height: 30 }, { y: 20, height: 0 }])
})
