import { mock } from 'node:test'
import t from 'tap'
import { createGate } from '../../src/lib/gate.js'
import { pending } from '../helpers/pending.js'

const busy = { code: 'busy', statusCode: 503, retryAfterSeconds: 1 }

t.test('the gate', async (t) => {
  t.test('lets so many tasks run at once, and the next ones wait', async (t) => {
    const gate = createGate({ width: 2, length: 2, waitMilliseconds: 1000 })
    const tasks = [pending(), pending(), pending(), pending()]
    const results = tasks.map(async ({ run }) => await gate.run(run))
    t.same([gate.running, gate.waiting], [2, 2])

    for (const [at, task] of tasks.entries()) task.finish(`task ${at}`)
    t.same(await Promise.all(results), ['task 0', 'task 1', 'task 2', 'task 3'])
    t.same([gate.running, gate.waiting], [0, 0])
  })

  t.test('is busy at once when the queue is full, and runs nothing of what it refuses', async (t) => {
    const gate = createGate({ width: 1, length: 1, waitMilliseconds: 1000 })
    const [first, second] = [pending(), pending()]
    const results = [gate.run(first.run), gate.run(second.run)]
    let ran = false

    await t.rejects(gate.run(async () => { ran = true }), busy)
    t.notOk(ran)
    t.throws(() => gate.refuseWhenFull(), busy, 'and says so beforehand')
    t.same(gate.refused, { full: 2, late: 0 })

    first.finish('first')
    second.finish('second')
    t.same(await Promise.all(results), ['first', 'second'])
    gate.refuseWhenFull()
  })

  t.test('with no queue it is busy as soon as all places are taken', async (t) => {
    const gate = createGate({ width: 1, length: 0, waitMilliseconds: 1000 })
    const task = pending()
    const result = gate.run(task.run)
    await t.rejects(gate.run(async () => 'second'), busy)
    task.finish('first')
    await result
    t.equal(await gate.run(async () => 'third'), 'third')
  })

  t.test('serves those that wait in their order', async (t) => {
    const gate = createGate({ width: 1, length: 3, waitMilliseconds: 1000 })
    const first = pending()
    const order: number[] = []
    const results = [gate.run(first.run), ...[1, 2, 3].map(async (n) => await gate.run(async () => { order.push(n) }))]
    first.finish('')
    await Promise.all(results)
    t.same(order, [1, 2, 3])
  })

  t.test('gives the place of a failed task to the next one', async (t) => {
    const gate = createGate({ width: 1, length: 1, waitMilliseconds: 1000 })
    const [first, second] = [pending(), pending()]
    const failed = gate.run(first.run)
    const waited = gate.run(second.run)
    first.fail(new Error('of its own'))
    second.finish('second')
    await t.rejects(failed, { message: 'of its own' })
    t.equal(await waited, 'second')
    t.equal(gate.running, 0)
  })

  t.test('is busy for whoever has waited too long, who leaves his place in the queue', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.teardown(() => mock.timers.reset())
    const gate = createGate({ width: 1, length: 1, waitMilliseconds: 1000 })
    const [first, third] = [pending(), pending()]
    const results = [gate.run(first.run)]
    let ran = false
    const late = gate.run(async () => { ran = true })
    const refusal = t.rejects(late, busy)

    mock.timers.tick(999)
    t.equal(gate.waiting, 1)
    mock.timers.tick(1)
    await refusal
    t.equal(gate.waiting, 0)

    results.push(gate.run(third.run))
    first.finish('first')
    third.finish('third')
    t.same(await Promise.all(results), ['first', 'third'])
    t.notOk(ran)
  })

  t.test('once let in, a task may take as long as it wants', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.teardown(() => mock.timers.reset())
    const gate = createGate({ width: 1, length: 1, waitMilliseconds: 1000 })
    const [first, second] = [pending(), pending()]
    const results = [gate.run(first.run), gate.run(second.run)]
    first.finish('first')
    await results[0]
    mock.timers.tick(60_000)
    second.finish('second')
    t.equal(await results[1], 'second')
  })

  t.test('a thousand tasks leave it empty', async (t) => {
    const gate = createGate({ width: 4, length: 1000, waitMilliseconds: 1000 })
    let most = 0
    await Promise.all(Array.from({ length: 1000 }, async () => await gate.run(async () => {
      most = Math.max(most, gate.running)
      await Promise.resolve()
    })))
    t.equal(most, 4)
    t.same([gate.running, gate.waiting], [0, 0])
  })
})
