import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { readLines } from '../../src/lib/lines.js'

async function linesOf (chunks: string[], longest = 10) {
  const lines: [number, string | undefined][] = []
  for await (const { number, bytes } of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), longest)) lines.push([number, bytes?.toString()])
  return lines
}

t.test('the lines of a stream', async (t) => {
  const rows: [string, string[], [number, string | undefined][]][] = [
    ['none', [], []],
    ['none in an empty chunk', [''], []],
    ['one without an end', ['one'], [[1, 'one']]],
    ['one with an end', ['one\n'], [[1, 'one']]],
    ['empty ones', ['\n\n', '\n'], [[1, ''], [2, ''], [3, '']]],
    ['several in a chunk', ['a\nb\nc'], [[1, 'a'], [2, 'b'], [3, 'c']]],
    ['one over many chunks', ['o', '', 'n', 'e', '\nt', 'wo'], [[1, 'one'], [2, 'two']]],
    ['with the carriage return that some write', ['a\r\nb'], [[1, 'a\r'], [2, 'b']]],
    ['of just the length that is allowed', ['1234567890\n1234567890'], [[1, '1234567890'], [2, '1234567890']]],
    ['too long, in one chunk', ['12345678901\nb'], [[1, undefined], [2, 'b']]],
    ['too long, over many chunks', ['123456', '78901', 'more', '\nb\n'], [[1, undefined], [2, 'b']]],
    ['too long, at the end', ['a\n123456', '78901'], [[1, 'a'], [2, undefined]]]
  ]
  for (const [title, chunks, lines] of rows) t.test(title, async (t) => t.same(await linesOf(chunks), lines))

  t.test('are whole when a sign of several bytes is cut in two', async (t) => {
    const bytes = Buffer.from('é\n')
    for await (const line of readLines(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]), 10)) t.equal(line.bytes?.toString(), 'é')
  })

  t.test('are not held while they are too long', async (t) => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    let most = 0
    const endless = async function * () {
      for (let at = 0; at < 64; at++) {
        collect()
        most = Math.max(most, process.memoryUsage().arrayBuffers)
        yield Buffer.alloc(2 ** 20, 'a')
      }
    }
    const before = process.memoryUsage().arrayBuffers
    for await (const { bytes } of readLines(endless(), 10)) t.equal(bytes, undefined)
    t.ok(most - before < 16 * 2 ** 20, `${most - before} bytes`)
  })
})
