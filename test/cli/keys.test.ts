import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { run, workplace } from '../helpers/programs.js'

t.test('gatehouse keys', async (t) => {
  const cwd = await workplace(t)
  await rm(join(cwd, 'keys'), { recursive: true })
  const keys = async (...words: string[]) => await run(t, ['cli/main.js', 'keys', ...words], { cwd })

  t.test('create makes one key a purpose, which its owner alone can read', async (t) => {
    const { code, stdout, stderr } = await keys('create')
    t.match({ code, stderr }, { code: 0, stderr: '' })
    t.equal(stdout.trim().split('\n').length, 2)
    for (const purpose of ['access', 'refresh']) {
      const [name = '', ...more] = await readdir(join(cwd, 'keys', purpose))
      t.same(more, [])
      t.equal((await stat(join(cwd, 'keys', purpose, name))).mode & 0o777, 0o600)
      t.match(stdout, name)
    }
  })

  t.test('list shows each with its purpose, state, kid and file', async (t) => {
    await keys('create')
    const { code, stdout } = await keys('list')
    t.equal(code, 0)
    const rows = stdout.trim().split('\n').map((line) => line.split(/\s+/))
    t.same(rows.map(([purpose, state]) => `${purpose} ${state}`).sort(), ['access current', 'access next', 'refresh current', 'refresh next'])
    for (const [, , kid = '', ...rest] of rows) {
      t.match(kid, /^[\w-]{43}$/)
      t.match(rest.at(-1), /^keys\/(access|refresh)\/.*\.pem$/)
    }
  })

  t.test('write no private key anywhere but into its file', async (t) => {
    const outputs = await Promise.all([keys('create'), keys('list')])
    for (const { stdout, stderr } of outputs) t.notMatch(stdout + stderr, /PRIVATE|MII/)
  })

  for (const words of [[], ['destroy'], ['create', 'access'], ['list', '--all']]) {
    t.test(`refuses words it does not know: ${words.join(' ') || 'none'}`, async (t) => {
      t.match(await keys(...words), { code: 2, stdout: '', stderr: /^gatehouse: / })
    })
  }
})

t.test('gatehouse', async (t) => {
  const cwd = await workplace(t)
  const gatehouse = async (words: string[], settings = {}) => await run(t, ['cli/main.js', ...words], { cwd, settings })

  t.test('tells what it can do when it is asked, or called with nothing', async (t) => {
    for (const words of [[], ['help'], ['--help'], ['-h']]) t.match(await gatehouse(words), { code: 0, stdout: /^usage: gatehouse <command>/, stderr: '' })
  })

  t.test('refuses a command it does not know', async (t) => {
    for (const word of ['destroy', '__proto__', 'constructor', 'toString']) t.match(await gatehouse([word]), { code: 2, stdout: '', stderr: /^usage: gatehouse/ }, word)
  })

  t.test('names every wrong setting and exits with 1', async (t) => {
    t.match(await gatehouse(['migrate'], { PORT: 'x', LOG_LEVEL: 'loud' }), { code: 1, stderr: /^gatehouse: Wrong settings: (?=.*PORT=x)(?=.*LOG_LEVEL=loud)[^\n]*\n$/ })
  })
})
