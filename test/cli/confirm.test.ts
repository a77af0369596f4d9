import { PassThrough } from 'node:stream'
import t from 'tap'
import { confirm } from '../../src/cli/confirm.js'

t.test('a question', async (t) => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true })

  for (const [typed, meant] of [['y\n', true], ['Yes\n', true], [' yes \n', true], ['n\n', false], ['\n', false], ['yesterday\n', false]] as const) {
    t.test(`answered with ${JSON.stringify(typed)} is ${meant ? 'a yes' : 'a no'}`, async (t) => {
      const [input, output] = [terminal(), new PassThrough()]
      input.write(typed)
      t.equal(await confirm('Really?', input, output), meant)
      t.match(String(output.read()), /^Really\? \[y\/N\] /)
    })
  }

  t.test('at a terminal that ends is a no', async (t) => {
    const input = terminal()
    input.end()
    t.equal(await confirm('Really?', input, new PassThrough()), false)
  })

  t.test('is not put to a pipe: that would answer by chance', async (t) => {
    const pipe = new PassThrough()
    pipe.end('yes\n')
    await t.rejects(confirm('Really?', pipe, new PassThrough()), { message: /--yes/ })
  })
})
