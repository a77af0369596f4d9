import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { run, startServer, workplace } from '../helpers/programs.js'
import { userLines } from '../helpers/user-lines.js'

t.test('gatehouse users export', async (t) => {
  const cwd = await workplace(t)
  const users = async (...words: string[]) => await run(t, ['cli/main.js', 'users', ...words], { cwd })
  const odd = JSON.stringify({ email: 'odd@example.com', name: 'a "quoted" \\ name, 🙂 {two}\nlines', role: 'admin', photo: 'https://example.com/a.jpg?b=1,2', verified: true, disabled: true, createdAt: '2020-02-29T12:34:56.123456Z' })
  await writeFile(join(cwd, 'users.jsonl'), [...userLines(1_200), odd].join('\n'))
  t.match(await users('import', 'users.jsonl'), { code: 0 })

  await t.test('writes a file that its owner alone may read, and says what it holds', async (t) => {
    const { code, stdout, stderr } = await users('export', 'out.jsonl')
    t.match({ code, stdout }, { code: 0, stdout: '' })
    t.match(stderr, /1201 users in \d+\.\d s\ngatehouse: out\.jsonl holds the password hash of everybody/)
    t.equal((await stat(join(cwd, 'out.jsonl'))).mode & 0o777, 0o600)
    t.equal((await readFile(join(cwd, 'out.jsonl'), 'utf8')).split('\n').length, 1_202)
  })

  await t.test('replaces no file', async (t) => {
    const before = await readFile(join(cwd, 'out.jsonl'), 'utf8')
    t.match(await users('export', 'out.jsonl'), { code: 1, stderr: 'gatehouse: out.jsonl is there already: remove it, or name another\n' })
    t.equal(await readFile(join(cwd, 'out.jsonl'), 'utf8'), before)
  })

  await t.test('leaves nothing behind when it fails', async (t) => {
    t.match(await users('export', 'nowhere/out.jsonl'), { code: 1, stderr: /^gatehouse: ENOENT/ })
  })

  await t.test('writes to standard output, the lines alone', async (t) => {
    const { code, stdout, stderr } = await users('export')
    t.equal(code, 0)
    t.equal(stdout, await readFile(join(cwd, 'out.jsonl'), 'utf8'))
    t.match(stderr, /1201 users in \d+\.\d s\n$/)
  })

  await t.test('reads what a running server has, too', async (t) => {
    const server = await startServer(t, cwd)
    t.match(await users('export'), { code: 0, stdout: /odd@example\.com/ })
    await server.stop()
  })

  await t.test('comes back from an import byte for byte', async (t) => {
    const elsewhere = await workplace(t)
    const told = await readFile(join(cwd, 'out.jsonl'), 'utf8')
    t.match(await run(t, ['cli/main.js', 'users', 'import', '-'], { cwd: elsewhere, input: told }), { code: 0, stdout: /: 1201 added, 0 there/ })
    t.equal((await run(t, ['cli/main.js', 'users', 'export', '-'], { cwd: elsewhere })).stdout, told)
    t.match(told, /"createdAt":"2020-02-29T12:34:56\.123456Z"/)
  })

  for (const words of [['export', 'a', 'b'], ['export', '--all'], ['exports'], []]) {
    await t.test(`refuses words it does not know: ${words.join(' ')}`, async (t) => {
      t.match(await users(...words), { code: 2, stdout: '', stderr: /^gatehouse: (usage: gatehouse users|Unknown option)/ })
    })
  }
})
