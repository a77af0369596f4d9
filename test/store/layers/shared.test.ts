import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { createSharedCopies } from '../../../src/store/layers/shared.js'
import { connectRedis } from '../../../src/store/redis.js'
import { decodeSession, encodeSession, type SessionRecord } from '../../../src/store/sessions/record.js'
import { eventually } from '../../helpers/eventually.js'
import { leftOut, privateRedis, type PrivateRedis } from '../../helpers/services.js'

const record = (version: number, fields: Partial<SessionRecord> = {}): SessionRecord => ({
  id: 'a', userId: 'u', version, accessId: `access-${version}`, replaced: [], openedAtMicros: 5_000, used: true, ...fields
})

async function open (t: Test, { url }: PrivateRedis) {
  const redis = connectRedis(url, { commandTimeout: 10_000 })
  t.teardown(() => redis.disconnect())
  await eventually(() => redis.status === 'ready')
  const copies = createSharedCopies<SessionRecord>(redis, { kind: 'session', encode: encodeSession, decode: decodeSession, milliseconds: 60_000 })
  return { redis, copies }
}

t.test('copies in Redis', { skip: leftOut }, async (t) => {
  const server = await privateRedis(t)
  const { redis, copies } = await open(t, server)
  t.beforeEach(async () => await server.flush())

  t.test('come back as they were put, and not at all when there is none', async (t) => {
    t.equal(await copies.get('a'), undefined)
    for (const fields of [{}, { replaced: [{ accessId: 'p', at: 5 }, { accessId: 'o', at: 3 }], used: false }]) {
      await server.flush()
      await copies.put(record(1, fields))
      t.same(await copies.get('a'), record(1, fields))
    }
  })

  t.test('keep the newest version, in whatever order it arrives', async (t) => {
    for (const order of [[1, 2, 10], [10, 2, 1], [2, 10, 1]]) {
      await server.flush()
      for (const version of order) await copies.put(record(version))
      t.same(await copies.get('a'), record(10))
    }
  })

  t.test('keep the first of one version', async (t) => {
    await copies.put(record(1))
    await copies.put(record(1, { userId: 'other' }))
    t.same(await copies.get('a'), record(1))
  })

  t.test('once ended stay ended, whatever comes late', async (t) => {
    for (const before of [[], [record(1)]]) {
      await server.flush()
      for (const copy of before) await copies.put(copy)
      await copies.end('a')
      await copies.put(record(2))
      await copies.put(record(2_147_483_647))
      t.equal(await copies.get('a'), 'ended')
    }
  })

  t.test('live no longer than they have to', async (t) => {
    await copies.put(record(1))
    const left = await redis.pttl('gatehouse:session:a')
    t.ok(left > 50_000 && left <= 60_000)
    await copies.end('a')
    t.ok(await redis.pttl('gatehouse:session:a') > 50_000)
  })

  t.test('of another id under this key are not used', async (t) => {
    await copies.put(record(1, { id: 'b' }))
    await redis.copy('gatehouse:session:b', 'gatehouse:session:a', 'REPLACE')
    t.equal(await copies.get('a'), undefined)
  })

  t.test('of the end of another id under this key say nothing', async (t) => {
    await copies.end('b')
    await redis.copy('gatehouse:session:b', 'gatehouse:session:a', 'REPLACE')
    t.equal(await copies.get('a'), undefined)
  })

  t.test('give way when they are none that anybody put there', async (t) => {
    for (const garbage of ['', 'x', ' 5 a']) {
      await redis.set('gatehouse:session:a', garbage)
      await copies.put(record(1))
      t.same(await copies.get('a'), record(1))
    }
  })

  t.test('that arrive otherwise than they were written are none, whichever bit is flipped', async (t) => {
    for (const write of [async () => await copies.put(record(1)), async () => await copies.end('a')]) {
      await write()
      const written = await redis.getBuffer('gatehouse:session:a') ?? Buffer.alloc(0)
      for (const place of written.keys()) {
        const arrived = Buffer.from(written)
        arrived[place] = (written[place] ?? 0) ^ (1 << (place % 7))
        await redis.set('gatehouse:session:a', arrived)
        t.equal(await copies.get('a'), undefined, String(arrived))
      }
      await redis.del('gatehouse:session:a')
    }
  })

  t.test('that cannot be read are none', async (t) => {
    for (const garbage of ['', ' ', '1', '1 ', 'x y z', '1 a u', '{}', '1 {"id":"a"}']) {
      await redis.set('gatehouse:session:a', garbage)
      t.equal(await copies.get('a'), undefined, garbage)
    }
  })

  t.test('tell of the change in the same step, also when an older version was not taken', async (t) => {
    const heard: string[] = []
    const listener = new Redis(server.url)
    t.teardown(() => listener.disconnect())
    listener.on('message', (_channel, message) => heard.push(message))
    await eventually(() => listener.status === 'ready')
    await listener.subscribe('changes')

    await copies.put(record(2), 'changes', 'two')
    await copies.put(record(1), 'changes', 'one')
    await copies.put(record(3))
    await copies.put(record(4), 'changes', 'four')
    await eventually(() => heard.length === 3)
    t.same(heard, ['two', 'one', 'four'])
  })

  for (const [setting, wrong, right] of [['maxmemory', '1', '0'], ['min-replicas-to-write', '1', '0']] as const) {
    t.test(`tell of a change that Redis did not take (${setting})`, async (t) => {
      const heard: string[] = []
      const listener = new Redis(server.url)
      t.teardown(() => listener.disconnect())
      listener.on('message', (_channel, message) => heard.push(message))
      await eventually(() => listener.status === 'ready')
      await listener.subscribe('changes')
      await copies.put(record(1))
      t.teardown(async () => { await redis.call('config', 'set', setting, right) })
      await redis.call('config', 'set', setting, wrong)

      await t.rejects(copies.put(record(2), 'changes', 'two'))
      await eventually(() => heard.length === 1)
      t.same(await copies.get('a'), record(1))
    })
  }
})
