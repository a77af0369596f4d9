import { PassThrough } from 'node:stream'
import t from 'tap'
import { askPassword } from '../../src/cli/ask-password.js'

/** A terminal at which somebody types, and what it shows. */
function terminal (...typed: string[]) {
  const shown: string[] = []
  const rawModes: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => { rawModes.push(on) } })
  // Each answer is typed once it is asked for.
  const output = {
    write (text: string) {
      shown.push(text)
      if (text.endsWith(': ')) setImmediate(() => input.write(typed.shift() ?? ''))
      return true
    }
  }
  return { input, output, shown, rawModes }
}

t.test('a password is asked for', async (t) => {
  t.test('twice, and nothing of it is shown', async (t) => {
    const { input, output, shown, rawModes } = terminal('a quiet harbour\r', 'a quiet harbour\r')
    t.equal(await askPassword(input, output), 'a quiet harbour')
    t.same(shown, ['Password: ', '\n', 'Once more: ', '\n'])
    t.same(rawModes, [true, false, true, false], 'the terminal itself shows nothing either, and is given back')
  })

  t.test('with a mistake taken back, and blanks kept', async (t) => {
    const { input, output } = terminal(' a quietx\x7f harbour \r', ' a quiet harbour \r')
    t.equal(await askPassword(input, output), ' a quiet harbour ')
  })

  t.test('again, when the second is another', async (t) => {
    const { input, output } = terminal('one\r', 'two\r')
    await t.rejects(askPassword(input, output), { message: 'the two passwords differ' })
  })

  for (const [what, sign] of [['is interrupted', '\x03'], ['ends', '\x04']] as const) {
    t.test(`and it is none when the terminal ${what}`, async (t) => {
      const { input, output, rawModes } = terminal(sign)
      await t.rejects(askPassword(input, output), { message: 'no password was given' })
      t.same(rawModes, [true, false])
    })
  }

  t.test('of a pipe, whose first line it is', async (t) => {
    for (const [text, password] of [['harbour', 'harbour'], ['harbour\n', 'harbour'], ['harbour\r\nmore\n', 'harbour'], [' a b \n', ' a b ']] as const) {
      const pipe = new PassThrough()
      pipe.end(text)
      t.equal(await askPassword(pipe, { write: () => t.fail('it asks a pipe') }), password)
    }
  })

  t.test('of a pipe that says nothing: then how else to give it is told', async (t) => {
    const pipe = new PassThrough()
    pipe.end()
    await t.rejects(askPassword(pipe), /--generate/)
  })
})
