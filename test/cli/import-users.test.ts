import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { importUsers } from '../../src/cli/import-users.js'
import { createUserReader, type ToldUser } from '../../src/lib/user-lines.js'
import { eventually } from '../helpers/eventually.js'
import { run, start, startServer, workplace } from '../helpers/programs.js'
import { leftOut, privatePostgres } from '../helpers/services.js'
import { userLines } from '../helpers/user-lines.js'

const command = ['cli/main.js', 'users', 'import']
/** What is said besides how far it has come. */
const complaints = (stderr: string) => stderr.split('\n').filter((line) => line !== '' && !/^\d+ lines, \d+ a second/.test(line))

async function placeWith (t: Test, lines: string[], settings: Record<string, string> = {}) {
  const cwd = await workplace(t)
  await writeFile(join(cwd, 'users.jsonl'), lines.map((line) => `${line}\n`).join(''))
  return { cwd, bring: async (...words: string[]) => await run(t, [...command, ...words], { cwd, settings }) }
}

t.test('gatehouse users import', async (t) => {
  const good = userLines(3)
  const [first = '', second = '', third = ''] = good

  t.test('brings in users, reports each bad line, and goes on', async (t) => {
    const { cwd, bring } = await placeWith(t, [
      first, '', '{"email":"ada"}', second, 'nonsense', '  ', first, JSON.stringify({ ...JSON.parse(third), password: 'a secret of hers' }), `{"name":"${'a'.repeat(70_000)}"}`, third
    ])
    const { code, stdout, stderr } = await bring('users.jsonl')

    t.equal(code, 1, 'since some lines were bad')
    t.match(stdout, /^8 lines in \d+\.\d s: 3 added, 1 there already, 4 refused\n$/)
    t.same(complaints(stderr), [
      'line 3: name is required; email must match format "email"',
      'line 5: is not JSON in UTF-8',
      'line 8: "password" is no field of a user',
      'line 9: is longer than 65536 bytes'
    ])

    t.test('and once more, passing over who is there', async (t) => {
      await writeFile(join(cwd, 'users.jsonl'), good.join('\n'))
      const { code, stdout, stderr } = await bring('users.jsonl')
      t.match(stdout, /^3 lines in \d+\.\d s: 0 added, 3 there already, 0 refused\n$/)
      t.equal(code, 0)
      t.same(complaints(stderr), [])
    })
  })

  t.test('reads from standard input, into the database of a server that runs', async (t) => {
    const cwd = await workplace(t)
    const server = await startServer(t, cwd)
    const brought = await run(t, [...command, '-'], { cwd, input: `${JSON.stringify({ ...JSON.parse(first), password_hash: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK' })}\n${second}\n` })
    t.match(brought, { code: 0, stdout: /: 2 added, 0 there already, 0 refused\n$/ })

    const { status } = await fetch(`${server.origin}/api/auth/register`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Ada', email: JSON.parse(first).email, password: 'a quiet harbour at dawn' })
    })
    t.equal(status, 409)
  })

  for (const words of [[], ['a', 'b'], ['--fast', 'a']]) {
    t.test(`refuses words it does not know: ${words.join(' ')}`, async (t) => {
      const { bring } = await placeWith(t, [])
      t.match(await bring(...words), { code: 2, stdout: '', stderr: /^gatehouse: (usage: gatehouse users import FILE|Unknown option)/ })
    })
  }

  t.test('says that a file is not there', async (t) => {
    const { bring } = await placeWith(t, [])
    t.match(await bring('nowhere.jsonl'), { code: 1, stdout: '', stderr: /^gatehouse: ENOENT: .*nowhere\.jsonl/ })
  })

  t.test('killed half-way and run again, brings in everybody once', { skip: leftOut }, async (t) => {
    const { url } = await privatePostgres(t)
    const settings = { DATABASE_URL: url }
    const { cwd, bring } = await placeWith(t, userLines(20_000), settings)
    const sql = postgres(url, { max: 1, onnotice () {} })
    t.teardown(async () => await sql.end())
    const count = async () => {
      const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from users`.catch(() => [])
      return row?.count ?? 0
    }

    const { child, ended } = await start(t, [...command, 'users.jsonl'], { cwd, settings })
    await eventually(count, (count) => count > 0, { within: 30_000, every: 1 })
    child.kill('SIGKILL')
    await ended
    await eventually(async () => await sql`select from pg_stat_activity where application_name = 'gatehouse' and state = 'active'`, ({ length }) => length === 0)
    const there = await count()
    t.ok(there > 0 && there < 20_000, `${there} were in`)

    const { code, stdout } = await bring('users.jsonl')
    t.equal(code, 0)
    t.match(stdout, new RegExp(`: ${20_000 - there} added, ${there} there already, 0 refused\n$`))
    t.equal(await count(), 20_000)
  })
})

t.test('an import', async (t) => {
  const read = createUserReader({ passwordMinLength: 8, argon2MemoryKib: 8192, argon2Passes: 1 })
  const silent = { tick () {}, note () {}, end: () => '0.0' }
  const input = (lines: string[]) => Readable.from(lines.map((line) => Buffer.from(`${line}\n`)))
  const failing = (code: string) => Object.assign(new Error('it failed'), { code })
  const added = (users: ToldUser[]) => users.map(() => 'added' as const)

  t.test('goes on once the database is back', async (t) => {
    let left = 3
    const bring = async (users: ToldUser[]) => {
      if (left-- > 0) throw failing(left % 2 === 0 ? 'ECONNREFUSED' : '57P01')
      return added(users)
    }
    t.match(await importUsers(input(userLines(10)), { read, bring, progress: silent }), { lines: 10, added: 10, refused: 0 })
  })

  t.test('halves a batch that takes too long, and counts each line once', async (t) => {
    const sizes: number[] = []
    const bring = async (users: ToldUser[]) => {
      if (users.length > 60) throw failing(sizes.length % 2 === 0 ? '57014' : 'STORE_UNAVAILABLE')
      sizes.push(users.length)
      return added(users)
    }
    t.match(await importUsers(input(userLines(200)), { read, bring, progress: silent }), { lines: 200, added: 200 })
    t.same(sizes.slice(0, 2), [50, 50])
  })

  t.test('counts as added what it stored without hearing of it', async (t) => {
    const there = new Set<string>()
    const bring = async (users: ToldUser[]) => {
      const brought = users.map(({ id }) => there.has(id) ? 'same' as const : 'added' as const)
      for (const { id } of users) there.add(id)
      if (there.size === 70 && brought[0] === 'added') throw failing('STORE_UNAVAILABLE')
      return brought
    }
    t.match(await importUsers(input(userLines(70)), { read, bring, progress: silent }), { added: 70, there: 0 })
    t.match(await importUsers(input(userLines(1)), { read, bring: async () => ['same'], progress: silent }), { added: 0, there: 1 })
  })

  for (const [pace, milliseconds, sizes] of [['grow', 0, [100, 200, 400]], ['shrink', 401, [100, 50, 25]], ['stay', 200, [100, 100, 100]]] as const) {
    t.test(`has batches that ${pace} with a database that takes ${milliseconds} ms`, async (t) => {
      const seen: number[] = []
      let at = 0
      t.intercept(performance, 'now', { value: () => at })
      const bring = async (users: ToldUser[]) => {
        seen.push(users.length)
        at += milliseconds
        return added(users)
      }
      await importUsers(input(userLines(1_000)), { read, bring, progress: silent })
      // One of them was being filled while the one before was stored.
      t.same([...new Set(seen)].slice(0, new Set(sizes).size), [...new Set(sizes)])
    })
  }

  t.test('names the lines that could not be stored, and stops', async (t) => {
    let calls = 0
    const bring = async (users: ToldUser[]) => {
      if (++calls === 2) throw failing('42501')
      return added(users)
    }
    await t.rejects(importUsers(input(userLines(5_000)), { read, bring, progress: silent }), { message: /^the lines 101 to \d+ could not be stored, nor what follows \(it failed\): run it again/ })
    t.equal(calls, 2)
  })

  t.test('names the line whose id is another\'s', async (t) => {
    const notes: string[] = []
    const bring = async (users: ToldUser[]) => users.map((_, at) => at === 1 ? 'id_taken' as const : 'there' as const)
    const summary = await importUsers(input(['', ...userLines(3)]), { read, bring, progress: { ...silent, note: (line) => notes.push(line) } })
    t.match(summary, { lines: 3, added: 0, there: 2, refused: 1 })
    t.same(notes, ['line 3: id is that of another account'])
  })

  t.test('holds no more than two batches, however slow the database', async (t) => {
    let asked = 0
    let stored = 0
    let most = 0
    const lines = userLines(10_000).map((line) => Buffer.from(`${line}\n`))
    const chunks = async function * () {
      for (const line of lines) {
        most = Math.max(most, ++asked - stored)
        yield line
      }
    }
    const bring = async (users: ToldUser[]) => {
      await new Promise(setImmediate)
      stored += users.length
      return added(users)
    }
    t.match(await importUsers(chunks(), { read, bring, progress: silent }), { added: 10_000 })
    t.ok(most <= 2_001, `${most} were held`)
  })
})
