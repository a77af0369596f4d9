import t, { type Test } from 'tap'
import { createLayered } from '../../../src/store/layers/layered.js'
import { createLocalCopies } from '../../../src/store/layers/local.js'
import type { SharedCopies } from '../../../src/store/layers/shared.js'
import { createTrust } from '../../../src/store/layers/trust.js'
import { monotonic } from '../../../src/lib/monotonic.js'
import { eventually } from '../../helpers/eventually.js'

interface Pet { id: string, version: number, name: string }

const pet = (version: number, name = `Rex ${version}`): Pet => ({ id: 'rex', version, name })

/** Postgres and Redis whose answers this test gives, one by one. */
function layers ({ shared = false } = {}) {
  const asked: Array<{ answer: (pet: Pet | undefined) => Promise<void>, fail: (error: Error) => Promise<void> }> = []
  const held = new Map<string, Pet | 'ended'>()
  const redis = { asked: 0, broken: false, told: [] as string[], before: async () => {} }
  const warnings: string[] = []
  const trust = createTrust({ shared })
  trust.connected()
  trust.swept(monotonic() + 0.001)

  const reach = () => { if (redis.broken) throw new Error('broken') }
  const copies: SharedCopies<Pet> = {
    async get (id) {
      redis.asked++
      reach()
      const found = held.get(id)
      await redis.before()
      return found
    },
    async put (pet, _channel, message = '') {
      await redis.before()
      reach()
      held.set(pet.id, pet)
      if (message !== '') redis.told.push(message)
    },
    async end (id) {
      reach()
      held.set(id, 'ended')
    }
  }
  const layered = createLayered<Pet>({
    local: createLocalCopies({ max: 10 }),
    shared: shared ? copies : undefined,
    read: async () => await new Promise((resolve, reject) => {
      const settle = async (act: () => void) => {
        act()
        await new Promise(setImmediate)
      }
      asked.push({ answer: async (pet) => await settle(() => resolve(pet)), fail: async (error) => await settle(() => reject(error)) })
    }),
    trust,
    log: { warn: (_details, message) => warnings.push(message) }
  })
  const question = async (place: number) => {
    await eventually(() => asked[place] !== undefined)
    return asked[place] as typeof asked[number]
  }
  return { layered, asked, question, redis, held, warnings, trust }
}

t.test('memory is asked first, then Redis, then Postgres, and each is filled by the next', async (t) => {
  const { layered, asked, question, redis, held } = layers({ shared: true })
  const finding = layered.find('rex')
  await (await question(0)).answer(pet(1))
  t.same(await finding, pet(1))
  t.same(held.get('rex'), pet(1))

  t.same(await layered.find('rex'), pet(1))
  t.same([redis.asked, asked.length], [1, 1], 'memory had it')
  layered.clear()
  t.same(await layered.find('rex'), pet(1))
  t.same([redis.asked, asked.length], [2, 1], 'Redis had it')
})

t.test('concurrent misses share one look-up', async (t) => {
  const { layered, asked, question } = layers()
  const finding = Promise.all(Array.from({ length: 20 }, async () => await layered.find('rex')))
  await (await question(0)).answer(pet(1))
  t.same(await finding, Array(20).fill(pet(1)))
  t.equal(asked.length, 1)
})

t.test('a copy that does not fit is no verdict: Postgres decides', async (t) => {
  const { layered, question, held } = layers({ shared: true })
  held.set('rex', pet(2))
  await layered.put(pet(1))
  held.set('rex', pet(2))

  const finding = layered.find('rex', ({ version }) => version === 3)
  await (await question(0)).answer(pet(3))
  t.same(await finding, pet(3))
  t.same(layered.peek('rex'), pet(3))
})

t.test('a copy in Redis that fits, where that in memory did not, is taken', async (t) => {
  const { layered, asked, held } = layers({ shared: true })
  await layered.put(pet(1))
  held.set('rex', pet(2))
  t.same(await layered.find('rex', ({ version }) => version === 2), pet(2))
  t.equal(asked.length, 0)
})

t.test('a look-up that began earlier and does not fit is made once more', async (t) => {
  const { layered, asked, question } = layers()
  const early = layered.find('rex')
  await question(0)
  const late = layered.find('rex', ({ version }) => version === 2)
  await (await question(0)).answer(pet(1))
  t.same(await early, pet(1))
  await (await question(1)).answer(pet(2))
  t.same(await late, pet(2))
  t.equal(asked.length, 2)
})

for (const [name, invalidate] of Object.entries({
  'a drop': ({ drop }) => drop('rex'),
  'a newer version elsewhere': ({ drop }) => drop('rex', 2),
  'a gap': ({ clear }) => clear()
} satisfies Record<string, (layered: ReturnType<typeof layers>['layered']) => void>)) {
  t.test(`what was read from Postgres before ${name} is not kept after it`, async (t) => {
    const { layered, question, held } = layers({ shared: true })
    const finding = layered.find('rex')
    const first = await question(0)
    invalidate(layered)
    await first.answer(pet(1))
    await finding
    t.equal(layered.peek('rex'), undefined)
    t.equal(held.get('rex'), undefined, 'nor written to Redis')

    void layered.find('rex')
    await (await question(1)).answer(pet(2))
    t.same(layered.peek('rex'), pet(2), 'the next look-up is one of its own')
  })

  t.test(`what was read from Redis before ${name} is not kept after it`, async (t) => {
    const { layered, redis, held } = layers({ shared: true })
    held.set('rex', pet(1))
    let over = false
    redis.before = async () => {
      invalidate(layered)
      over = true
    }
    void layered.find('rex', ({ version }) => version === 1)
    await eventually(() => over)
    t.equal(layered.peek('rex'), undefined)
  })
}

t.test('a change that arrives after a newer one was told is not kept', async (t) => {
  const { layered, redis } = layers({ shared: true })
  redis.before = async () => { layered.drop('rex', 3) }
  await layered.put(pet(2))
  t.equal(layered.peek('rex'), undefined)

  redis.before = async () => {}
  await layered.put(pet(2))
  t.equal(layered.peek('rex'), undefined)
  await layered.put(pet(3))
  t.same(layered.peek('rex'), pet(3), 'the newer one itself is')
})

t.test('word of one\'s own change, come back, leaves the copy of it alone', async (t) => {
  const { layered, redis } = layers({ shared: true })
  redis.before = async () => { layered.drop('rex', 2) }
  await layered.put(pet(2))
  t.same(layered.peek('rex'), pet(2))
})

t.test('a copy in Redis older than the version that was told is not used', async (t) => {
  const { layered, question, held } = layers({ shared: true })
  held.set('rex', pet(1))
  layered.drop('rex', 2)
  const finding = layered.find('rex')
  await (await question(0)).answer(pet(2))
  t.same(await finding, pet(2))
})

t.test('an older version never takes the place of a newer one', async (t) => {
  const { layered } = layers()
  await layered.put(pet(2))
  await layered.put(pet(1))
  t.same(layered.peek('rex'), pet(2))
  layered.drop('rex', 2)
  t.same(layered.peek('rex'), pet(2))
  layered.drop('rex', 3)
  t.equal(layered.peek('rex'), undefined)
})

t.test('an error of Redis is passed over', async (t) => {
  const { layered, question, redis, warnings, trust } = layers({ shared: true })
  redis.broken = true
  const finding = layered.find('rex')
  await (await question(0)).answer(pet(1))
  t.same(await finding, pet(1))
  t.ok(warnings.length > 0)
  t.notOk(trust.shared, 'for a moment nobody waits for it')
  await layered.end('rex')
})

/** A copy that Redis did not take, and Redis back again. */
async function unwritten (t: Test) {
  const all = layers({ shared: true })
  all.held.set('rex', pet(1))
  all.redis.broken = true
  await all.layered.put(pet(2))
  all.redis.broken = false
  t.intercept(performance, 'now', { value: () => Number.MAX_SAFE_INTEGER })
  all.trust.swept(Number.MAX_SAFE_INTEGER)
  return all
}

t.test('Redis is not asked for what it did not take, until it does', async (t) => {
  const { layered, question, held, trust } = await unwritten(t)
  layered.clear()
  t.ok(trust.shared)

  const finding = layered.find('rex')
  await (await question(0)).answer(pet(2))
  t.same(await finding, pet(2))
  t.same(held.get('rex'), pet(2))
})

t.test('what Redis did not take is written again, once', async (t) => {
  const { layered, asked, question, held } = await unwritten(t)
  layered.rewrite()
  layered.rewrite()
  await (await question(0)).answer(pet(2))
  t.same(held.get('rex'), pet(2))
  layered.rewrite()
  t.equal(asked.length, 1, 'and Postgres is not asked for it any more')
})

t.test('what Redis did not take and is gone meanwhile is marked as ended there, once', async (t) => {
  const { layered, asked, question, held } = await unwritten(t)
  layered.rewrite()
  await (await question(0)).answer(undefined)
  t.equal(held.get('rex'), 'ended')
  layered.rewrite()
  t.equal(asked.length, 1)
})

t.test('trouble of Postgres while something is written again says nothing of Redis', async (t) => {
  const { layered, question, trust } = await unwritten(t)
  layered.rewrite()
  await (await question(0)).fail(new Error('down'))
  t.ok(trust.shared)
  layered.rewrite()
  await question(1)
})

t.test('an ended copy in Redis is gone, whatever Postgres would say', async (t) => {
  const { layered, asked } = layers({ shared: true })
  await layered.end('rex')
  t.equal(await layered.find('rex'), undefined)
  t.equal(asked.length, 0)
})

t.test('a failed look-up says so to all who wait for it, and is tried again by the next', async (t: Test) => {
  const { layered, question } = layers()
  const waiting = [layered.find('rex'), layered.find('rex')].map(async (finding) => await t.rejects(finding, { message: 'down' }))
  await (await question(0)).fail(new Error('down'))
  await Promise.all(waiting)

  const finding = layered.find('rex')
  await (await question(1)).answer(pet(1))
  t.same(await finding, pet(1))
})

t.test('a copy is not believed while neither channel was heard from', async (t) => {
  const { layered, question } = layers()
  await layered.put(pet(1))
  const later = performance.now() + 2100
  t.intercept(performance, 'now', { value: () => later })
  t.equal(layered.peek('rex'), undefined)
  const finding = layered.find('rex')
  await (await question(0)).answer(pet(2))
  t.same(await finding, pet(2))
})
