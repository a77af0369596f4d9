import pino from 'pino'
import t, { type Test } from 'tap'
import { Writable } from 'node:stream'
import { makeChildrenLazily } from '../src/request-log.js'

function start (t: Test) {
  const lines: string[] = []
  const parent = pino({ level: 'trace' }, new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } }))
  const made = t.capture(parent, 'child', parent.child)
  makeChildrenLazily(parent)
  return { log: parent.child({ requestId: 'r1' }, {}), parent, made, lines: () => lines.map((line) => JSON.parse(line)) }
}

t.test('the log of a request', async (t) => {
  t.test('is not made for a request that says nothing', async (t) => {
    const { log, parent, made, lines } = start(t)
    log.silent('nothing')
    t.equal(log.level, parent.level)
    t.equal(made().length, 0)
    t.same(lines(), [])
  })

  t.test('is made once, by the first line', async (t) => {
    const { log, made, lines } = start(t)
    log.info('one')
    log.warn({ more: true }, 'two')
    t.match(lines(), [{ requestId: 'r1', msg: 'one' }, { requestId: 'r1', msg: 'two', more: true }])
    t.equal(made().length, 1)
  })

  t.test('writes every level as that level', async (t) => {
    const { log, lines } = start(t)
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level)
    t.same(lines().map(({ level, msg }) => [level, msg]), [[10, 'trace'], [20, 'debug'], [30, 'info'], [40, 'warn'], [50, 'error'], [60, 'fatal']])
  })

  t.test('has children that bear its request\'s id', async (t) => {
    const { log, lines } = start(t)
    log.child({ part: 'a' }).info('said')
    t.match(lines(), [{ requestId: 'r1', part: 'a', msg: 'said' }])
  })
})
