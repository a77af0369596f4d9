import t from 'tap'
import { race, races } from '../../faults/races.js'
import { createRandom } from '../../faults/random.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, servicesFor } from '../helpers/services.js'

const seed = Number(process.env.GATEHOUSE_SEED ?? Math.floor(Math.random() * 1e9))
const rounds = 200

t.test('races over two nodes, in every order that chance brings', { skip: leftOut }, async (t) => {
  t.comment(`the same again with GATEHOUSE_SEED=${seed}`)
  const { postgres, redis } = await servicesFor(t)
  const stores = { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } }
  const nodes = [await startApp(t, stores), await startApp(t, stores)]
  await eventually(() => nodes.every(({ copies }) => copies.trust.shared && copies.trust.longest() === 60_000))

  for (const [number, name] of Object.keys(races).entries()) {
    t.test(`${name} ends as if one had come after the other`, async (t) => {
      const { wrong, slowest } = await race(nodes, name, { rounds, random: createRandom(seed).fork(number) })
      t.same(wrong, [])
      t.comment(`${rounds} rounds; the other node heard within ${slowest} ms`)
    })
  }
})
