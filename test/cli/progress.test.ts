import t from 'tap'
import { createProgress } from '../../src/cli/progress.js'

function watch (isTTY: boolean, part?: () => number | undefined) {
  const said: string[] = []
  let at = 0
  const progress = createProgress({ isTTY, write: (text) => said.push(text) }, { unit: 'lines', now: () => at, ...(part === undefined ? {} : { part }) })
  return { ...progress, said, tickAt: (milliseconds: number, count: number) => { at = milliseconds; progress.tick(count) } }
}

t.test('progress', async (t) => {
  t.test('is a line every five seconds where nobody watches', async (t) => {
    const { tickAt, said, end } = watch(false, () => 0.318)
    tickAt(4_999, 10)
    tickAt(5_000, 1_000)
    tickAt(5_001, 1_001)
    tickAt(10_000, 3_000)
    t.equal(end(), '10.0')
    t.equal(said.join(''), '1000 lines, 200 a second, 31 %\n3000 lines, 300 a second, 31 %\n')
  })

  t.test('is one line in a terminal, written over, and gone at the end', async (t) => {
    const { tickAt, said, end } = watch(true)
    tickAt(199, 10)
    tickAt(200, 20)
    tickAt(400, 60)
    end()
    t.same(said, ['\r\x1b[K20 lines, 100 a second', '\r\x1b[K60 lines, 150 a second', '\r\x1b[K'])
  })

  t.test('makes room for what else is to be said', async (t) => {
    const terminal = watch(true)
    terminal.note('line 7: is not JSON')
    t.same(terminal.said, ['\r\x1b[Kline 7: is not JSON\n'])
    const file = watch(false)
    file.note('line 7: is not JSON')
    t.same(file.said, ['line 7: is not JSON\n'])
  })

  t.test('leaves out the part that nobody knows', async (t) => {
    const { tickAt, said } = watch(false, () => undefined)
    tickAt(5_000, 5)
    t.same(said, ['5 lines, 1 a second\n'])
  })
})
