import t, { type Test } from 'tap'
import { createTrust } from '../../../src/store/layers/trust.js'

function at (t: Test, { shared }: { shared: boolean }) {
  const clock = { now: 1_000_000 }
  t.intercept(performance, 'now', { value: () => clock.now })
  return { clock, trust: createTrust({ shared }) }
}

t.test('createTrust', async (t) => {
  t.test('believes nothing before a store was heard from', async (t) => {
    const { trust } = at(t, { shared: true })
    t.ok(trust.longest() < 0)
    t.notOk(trust.shared)
    t.notOk(trust.postgres)
  })

  t.test('without Redis, a sweep is good for less than two seconds', async (t) => {
    const { clock, trust } = at(t, { shared: false })
    trust.swept(clock.now)
    t.equal(trust.longest(), 60_000)
    clock.now += 1999
    t.equal(trust.longest(), 60_000)
    t.ok(trust.postgres)
    clock.now += 1
    t.ok(trust.longest() < 0)
    t.notOk(trust.postgres)
  })

  t.test('with Redis, either channel is enough, and copies serve shorter without the subscription', async (t) => {
    const { clock, trust } = at(t, { shared: true })
    trust.swept(clock.now)
    t.equal(trust.longest(), 1000)
    trust.heard(clock.now)
    t.equal(trust.longest(), 60_000)

    clock.now += 1500
    trust.heard(clock.now)
    clock.now += 1000
    t.equal(trust.longest(), 60_000, 'Postgres is silent')
    clock.now += 1000
    t.ok(trust.longest() < 0, 'and so is Redis')
  })

  t.test('a lost subscription counts at once', async (t) => {
    const { clock, trust } = at(t, { shared: true })
    trust.heard(clock.now)
    trust.silenced()
    t.ok(trust.longest() < 0)
  })

  t.test('older news does not take back newer', async (t) => {
    const { clock, trust } = at(t, { shared: true })
    trust.heard(clock.now)
    trust.heard(clock.now - 5000)
    trust.swept(clock.now)
    trust.swept(clock.now - 5000)
    t.equal(trust.longest(), 60_000)
    t.ok(trust.postgres)
  })

  t.test('Redis is asked only once a sweep has begun after it was connected to', async (t) => {
    const { clock, trust } = at(t, { shared: true })
    trust.swept(clock.now)
    clock.now += 10
    trust.connected()
    t.notOk(trust.shared)
    trust.swept(clock.now - 5)
    t.notOk(trust.shared, 'that sweep began before')
    clock.now += 10
    trust.swept(clock.now)
    t.ok(trust.shared)
    clock.now += 3_600_000
    t.ok(trust.shared, 'however long Postgres is away')

    trust.disconnected()
    t.notOk(trust.shared)
    trust.connected()
    t.notOk(trust.shared)
    t.equal(trust.connections, 2)
  })

  t.test('after a failure nobody waits for Redis for half a second', async (t) => {
    const { clock, trust } = at(t, { shared: true })
    trust.connected()
    clock.now += 1
    trust.swept(clock.now)
    trust.pause()
    t.notOk(trust.shared)
    clock.now += 499
    t.notOk(trust.shared)
    clock.now += 1
    t.ok(trust.shared)
  })
})
