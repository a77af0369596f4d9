import fc from 'fast-check'
import t from 'tap'
import { createFrames } from '../../src/store/resp-frames.js'

const good = [
  '+OK\r\n', '+\r\n', '-ERR no such\r\n', ':1\r\n', ':-12\r\n', '$3\r\na\nb\r\n', '$0\r\n\r\n', '$-1\r\n', '_\r\n', '#t\r\n', ',1.5e-7\r\n', ',inf\r\n', '(12345678901234567890\r\n',
  '=8\r\ntxt:text\r\n', '!5\r\nERR x\r\n', '*2\r\n:1\r\n$1\r\na\r\n', '*-1\r\n', '~0\r\n', '%1\r\n+a\r\n:1\r\n', '>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\n$-1\r\r\n'
]

const bad = [
  'x\r\n', '\r\n', ':\r\n', ':1', ':x\r\n', '$\'\r\n', '$-2\r\n', '$1x\r\n', '$1\n', '$1\r\nab\r\n', '$3\r\na\r\n+OK\r\n', '*-5\r\n', '*1000000000\r\n', '>w\r\n', '+a\rb\r\n', '#x\r\n', '+OK\n'
]

/** Cut anywhere: what comes next is told by what came before. */
const cutInTwo = (text: string, at: number) => [Buffer.from(text.slice(0, at)), Buffer.from(text.slice(at))].filter(({ length }) => length > 0)

const areGood = (chunks: Buffer[], { areGood } = createFrames()) => chunks.map(areGood).every(Boolean)

t.test('frames of RESP', async (t) => {
  t.test('are good, however they are cut into chunks', async () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...good), { minLength: 1 }), fc.nat(), (frames, place) => {
      const text = frames.join('')
      return areGood(cutInTwo(text, place % text.length))
    }))
  })

  t.test('are bad as soon as their line is, however it is cut into chunks', async (t) => {
    for (const frame of bad) {
      const text = `+OK\r\n${frame}${frame.endsWith('\n') ? '' : '\n'}`
      for (let at = 0; at < text.length; at++) t.notOk(areGood(cutInTwo(text, at)), JSON.stringify(cutInTwo(text, at).map(String)))
    }
  })

  t.test('are not decided before they are whole', async (t) => {
    for (const text of [':x', '$5\r\nabc', '+O', '$1\r\na']) t.ok(areGood([Buffer.from(text)]), text)
  })

  t.test('other than pushes of three are bad once only those are awaited, and what they hold is not', async (t) => {
    const pushed = '>3\r\n$9\r\nsubscribe\r\n*2\r\n%1\r\n+a\r\n*0\r\n:1\r\n:1\r\n'
    for (const [text, isGood] of [[pushed + pushed, true], [`-NOPERM no\r\n!5\r\nERR x\r\n${pushed}`, true], [`${pushed}:1\r\n`, false], ['~3\r\n', false], ['>1\r\n', false], ['+OK\r\n', false]] as const) {
      for (let at = 0; at < text.length; at++) {
        const frames = createFrames()
        t.ok(areGood([Buffer.from('+OK\r\n')], frames))
        frames.awaitPushes()
        t.equal(areGood(cutInTwo(text, at), frames), isGood, text)
      }
    }
  })
})
