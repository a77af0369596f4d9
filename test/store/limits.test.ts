import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { policies, window, type Policy } from '../../src/lib/attempts.js'
import { createLimitsStore, type LimitsStore } from '../../src/store/limits.js'
import { connectRedis, type RedisClient } from '../../src/store/redis.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, privateRedis } from '../helpers/services.js'

const minute = 60_000
const growing = (free: number, firstWait: number, longestWait: number): Policy => ({ name: 'growing', free, window: minute, firstWait, longestWait })

/** An attempt, or what happens between two, and the wait that it is answered with. */
type Step = [act: 'attempt' | 'refund' | 'forget', wait?: number] | [act: 'pass', milliseconds: number]

const attempts = (...waits: number[]): Step[] => waits.map((wait) => ['attempt', wait])

const rows: [rule: string, policy: Policy, steps: Step[]][] = [
  ['as many as are free, then a wait until the window ends', window('w', 3, minute), attempts(0, 0, 0, minute, minute)],
  ['a window ends, and everything begins anew', window('w', 2, 200), [...attempts(0, 0, 200), ['pass', 220], ...attempts(0, 0, 200)]],
  ['a window counts from its first attempt', window('w', 2, 400), [...attempts(0), ['pass', 200], ...attempts(0, 200)]],
  ['a wait begins after the free ones', growing(2, 5000, minute), attempts(0, 0, 5000, 5000)],
  ['a wait that is over lets one through, and doubles', growing(1, 100, minute), [...attempts(0, 100), ['pass', 120], ...attempts(0, 200)]],
  ['asking again makes no wait longer', growing(1, 400, minute), [...attempts(0, 400, 400, 400), ['pass', 200], ...attempts(200)]],
  ['no wait is longer than the longest', growing(1, 100, 150), [...attempts(0), ['pass', 120], ...attempts(0), ['pass', 170], ...attempts(0, 150)]],
  ['a refunded attempt was none', growing(2, 5000, minute), [...attempts(0, 0), ['refund'], ...attempts(0, 5000)]],
  ['a refund takes the wait of its attempt back', window('w', 1, minute), [...attempts(0, minute), ['refund'], ...attempts(0, minute)]],
  ['more refunds than attempts win nothing', growing(2, 5000, minute), [...attempts(0), ['refund'], ['refund'], ['refund'], ...attempts(0, 0, 5000)]],
  ['a refund of what was never tried is nothing', growing(1, 5000, minute), [['refund'], ...attempts(0, 5000)]],
  ['what is forgotten begins anew', growing(2, 5000, minute), [...attempts(0, 0, 5000), ['forget'], ...attempts(0, 0, 5000)]]
]

/** Where counts are kept: the same rules, by one clock or another, which may go more slowly than the rows have it. */
interface Place { store: LimitsStore, pass: (milliseconds: number) => Promise<void>, slack: number, slower: number }

async function obeys (t: Test, { store, pass, slack, slower }: Place, [rule, written, steps]: typeof rows[number]) {
  const policy = { ...written, window: written.window * slower, firstWait: written.firstWait * slower, longestWait: written.longestWait * slower }
  for (const [place, [act, milliseconds = 0]] of steps.entries()) {
    const wished = milliseconds * slower
    if (act === 'pass') await pass(wished)
    if (act === 'refund') await store.refund(policy, rule)
    if (act === 'forget') await store.forget(policy, rule)
    if (act !== 'attempt') continue
    const answer = await store.attempt(policy, rule)
    t.ok(wished === 0 ? answer === 0 : answer <= wished && answer > wished - slack, `${rule}, ${place}: ${answer}, not ${wished}`)
  }
}

function inMemory (): Place {
  const clock = { now: 1_700_000_000_000 }
  const store = createLimitsStore(undefined, () => clock.now)
  return { store, slack: 1, slower: 1, pass: async (milliseconds) => { clock.now += milliseconds } }
}

t.test('counts of attempts in this process', async (t) => {
  for (const row of rows) t.test(row[0], async (t) => await obeys(t, inMemory(), row))

  t.test('know an account by the address it signed in from', async (t) => {
    const { store } = inMemory()
    t.notOk(await store.isKnown('ada@example.com', '192.0.2.1'))
    await store.rememberKnown('ada@example.com', '192.0.2.1')
    t.ok(await store.isKnown('ada@example.com', '192.0.2.1'))
    t.notOk(await store.isKnown('ada@example.com', '192.0.2.2'))
    t.notOk(await store.isKnown('ada@example.com1', '92.0.2.1'), 'parts do not run together')
  })
})

t.test('counts of attempts in Redis', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)
  const redis = connectRedis(server.url, { commandTimeout: 10_000 })
  redis.on('error', () => {})
  t.teardown(() => redis.disconnect())
  await eventually(() => redis.status === 'ready')

  // Its own clock is no matter: that of Redis is what all nodes share.
  const store = createLimitsStore(redis, () => 0)
  const place: Place = { store, slack: 1000, slower: 10, pass: async (milliseconds) => await wait(milliseconds) }
  const keys = async () => await redis.keys('*') as string[]

  t.test('obey the same rules', async (t) => { await Promise.all(rows.map(async (row) => await obeys(t, place, row))) })

  t.test('are one for all nodes, a hundred at once too', async (t) => {
    const [one, other] = [store, createLimitsStore(redis, () => 0)]
    const waits = await Promise.all(Array.from({ length: 100 }, (_, place) => (place % 2 === 0 ? one : other).attempt(policies.loginByPair, 'hundred')))
    t.equal(waits.filter((wait) => wait === 0).length, 10)
  })

  t.test('are of one policy and its parts', async (t) => {
    const one = window('one', 1, minute)
    const names = [[one, 'a', 'b'], [one, 'b', 'a'], [one, 'ab'], [one, 'a,b'], [window('two', 1, minute), 'a', 'b']] as const
    for (const [policy, ...parts] of names) t.equal(await store.attempt(policy, ...parts), 0, parts.join())
  })

  t.test('hold no address in the clear, neither in keys nor in values, and go by themselves', async (t) => {
    await server.flush()
    await store.attempt(policies.loginByPair, 'ada@example.com', '192.0.2.1')
    await store.attempt(policies.loginByAddress, '192.0.2.1')
    await store.rememberKnown('ada@example.com', '192.0.2.1')
    t.equal((await keys()).length, 3)
    for (const key of await keys()) {
      t.match(key, /^gatehouse:limit:(login-pair|login-address|known):[\w-]{22}$/)
      const value = await redis.type(key) === 'hash' ? await redis.hgetall(key) : await redis.get(key)
      t.notMatch(JSON.stringify(value), /ada|192/)
      t.ok(await redis.pttl(key) > 0)
    }
  })

  t.test('know an account on every node, for ninety days', async (t) => {
    await store.rememberKnown('ada', '192.0.2.1')
    const other = createLimitsStore(redis, () => 0)
    t.ok(await other.isKnown('ada', '192.0.2.1'))
    t.notOk(await other.isKnown('ada', '192.0.2.2'))
    const [known = ''] = (await keys()).filter((key) => key.includes(':known:'))
    t.ok(await redis.pttl(known) > 89 * 86_400_000)
  })

  t.test('forgotten leave no key', async (t) => {
    await server.flush()
    await store.attempt(policies.loginByPair, 'ada')
    await store.forget(policies.loginByPair, 'ada')
    t.same(await keys(), [])
  })

  t.test('go on in this process while Redis is away', async (t) => {
    await store.rememberKnown('bob', '192.0.2.1')
    t.equal(await store.attempt(window('begun', 1, minute), 'bob'), 0)
    await server.kill()
    t.equal(await store.attempt(window('begun', 1, minute), 'bob'), minute, 'where this process had got to')
    const one = window('one', 2, minute)
    t.same([await store.attempt(one, 'bob'), await store.attempt(one, 'bob'), await store.attempt(one, 'bob')], [0, 0, minute])

    await store.refund(one, 'bob')
    t.equal(await store.attempt(one, 'bob'), 0)
    await store.forget(one, 'bob')
    t.equal(await store.attempt(one, 'bob'), 0)

    t.ok(await store.isKnown('bob', '192.0.2.1'), 'whom this process saw')
    t.notOk(await store.isKnown('eve', '192.0.2.1'))
    await store.rememberKnown('eve', '192.0.2.1')
    t.ok(await store.isKnown('eve', '192.0.2.1'))
  })
})

t.test('a guess that Redis may have counted, while this process was too busy to hear of it', async (t) => {
  let busyMilliseconds = 0
  const scripts = {
    defineCommand () {},
    async gatehouseAttempt () {
      for (const until = performance.now() + busyMilliseconds; performance.now() < until;);
      throw new Error('Command timed out')
    }
  }
  const store = createLimitsStore(scripts as unknown as RedisClient, () => 0)

  t.equal(await store.guess(policies.loginByPair, 'ada'), 0, 'of a Redis that is away this process counts on')
  busyMilliseconds = 200
  await t.rejects(store.guess(policies.loginByPair, 'ada'), { code: 'busy' }, 'is not let through beside those')
  t.equal(await store.attempt(policies.refresh, 'ada'), 0, 'nothing else is refused for it')
})
