import t from 'tap'
import { run, workplace } from '../helpers/programs.js'

t.test('gatehouse migrate', async (t) => {
  const cwd = await workplace(t)

  t.test('works on the embedded database', async (t) => {
    t.match(await run(t, ['cli/main.js', 'migrate'], { cwd }), { code: 0, stdout: /^ran 001\.do\.users\.sql\n/, stderr: '' })
    t.match(await run(t, ['cli/main.js', 'migrate'], { cwd }), { code: 0, stdout: 'nothing to do\n' })
  })

  for (const words of [['--to', 'x'], ['--to', '-1'], ['--too', '1'], ['3']]) {
    t.test(`refuses words it does not know: ${words.join(' ')}`, async (t) => {
      t.match(await run(t, ['cli/main.js', 'migrate', ...words], { cwd }), { code: 2, stdout: '', stderr: /^gatehouse: (usage: gatehouse migrate \[--to N\]|Unexpected argument|Unknown option|Option '--to)[^]*\n$/ })
    })
  }

  t.test('refuses a version that there is not, and changes nothing', async (t) => {
    const { code, stderr } = await run(t, ['cli/main.js', 'migrate', '--to', '999'], { cwd })
    t.equal(code, 1)
    t.match(stderr, /999/)
  })
})
