import t, { type Test } from 'tap'
import { createBatches } from '../../src/lib/batches.js'
import { eventually } from '../helpers/eventually.js'

type Write = (items: number[]) => Promise<number>

/** Batches of three, six waiting at most; what is written goes where the test says. */
function collect (t: Test, { write, everyMilliseconds = 60_000, closingMilliseconds = 1000 }: { write?: Write, everyMilliseconds?: number, closingMilliseconds?: number } = {}) {
  const written: number[][] = []
  const told: (string | number)[] = []
  const keep: Write = async (items) => {
    written.push(items)
    return 0
  }
  const batches = createBatches<number>({
    write: write ?? keep,
    size: 3,
    most: 6,
    everyMilliseconds,
    closingMilliseconds,
    tell: { late: ({ message }) => told.push(message), lost: (count) => told.push(count) }
  })
  t.teardown(batches.close)
  const add = (...items: number[]) => { for (const item of items) batches.add(item) }
  return { ...batches, get waiting () { return batches.waiting }, add, keep, written, told }
}

t.test('items are written many at a time, in their order', async (t) => {
  const { add, flush, written } = collect(t)
  add(1, 2, 3, 4, 5)
  await flush()
  t.same(written, [[1, 2, 3], [4, 5]])
})

t.test('a full batch is written at once', async (t) => {
  const { add, written } = collect(t)
  add(1, 2)
  t.same(written, [])
  add(3)
  t.same(written, [[1, 2, 3]])
})

t.test('what is no full batch is written by and by', async (t) => {
  const { add, written } = collect(t, { everyMilliseconds: 5 })
  add(1)
  await eventually(() => written.length === 1)
})

t.test('one write is under way at a time, and what comes meanwhile is written after it', async (t) => {
  let release = () => {}
  const begun: number[][] = []
  const batches = collect(t, {
    write: async (items) => {
      begun.push(items)
      await new Promise<void>((resolve) => { release = resolve })
      return 0
    }
  })
  batches.add(1, 2, 3, 4, 5, 6)
  t.same(begun, [[1, 2, 3]])
  release()
  await eventually(() => begun.length === 2)
  t.same(begun[1], [4, 5, 6])
  release()
})

t.test('what could not be written stays, is told of once, and is tried again in its order', async (t) => {
  let away = true
  const batches = collect(t, {
    write: async (items) => {
      if (away) throw new Error('away')
      return await batches.keep(items)
    }
  })
  batches.add(1, 2, 3)
  await batches.flush()
  batches.add(4)
  await batches.flush()
  t.same(batches.told, ['away'])
  t.equal(batches.waiting, 4)

  away = false
  await batches.flush()
  t.same(batches.written, [[1, 2, 3], [4]])
  t.equal(batches.waiting, 0)
})

t.test('while writes fail, more items bring no more of them', async (t) => {
  let tries = 0
  const { add, flush } = collect(t, {
    write: async () => {
      tries++
      throw new Error('away')
    }
  })
  add(1, 2, 3)
  await flush()
  add(4, 5, 6)
  t.equal(tries, 1)
})

t.test('past the most that may wait the newest are lost, and counted', async (t) => {
  const { add, told, waiting } = collect(t, { everyMilliseconds: 5, write: async () => { throw new Error('away') } })
  t.equal(waiting, 0)
  add(1, 2, 3, 4, 5, 6, 7, 8)
  await eventually(() => told.includes(2))
  t.same(told, ['away', 2], 'once, not at every turn')
})

t.test('what is refused for good is counted as lost', async (t) => {
  const { add, told } = collect(t, { everyMilliseconds: 5, write: async () => 1 })
  add(1, 2)
  await eventually(() => told.length === 1)
  t.same(told, [1])
})

t.test('closing writes what waits, also what came while a write was under way', async (t) => {
  const { add, close, written } = collect(t)
  add(1, 2, 3, 4)
  await close()
  t.same(written, [[1, 2, 3], [4]])
})

t.test('closing tries once more what has failed, and says what is lost', async (t) => {
  let tries = 0
  const { add, close, told } = collect(t, {
    write: async () => {
      tries++
      throw new Error('away')
    }
  })
  add(1, 2, 3)
  await close()
  t.equal(tries, 2)
  t.same(told, ['away', 3])
})

t.test('closing waits no longer than it may', async (t) => {
  const { add, close, told } = collect(t, { closingMilliseconds: 20, write: async () => await new Promise(() => {}) })
  add(1)
  await close()
  t.same(told, [1])
})
