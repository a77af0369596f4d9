import { spawnSync } from 'node:child_process'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { isServed, socketPathOf, startEmbedded } from '../../src/store/embedded.js'
import { privateFolder } from '../helpers/services.js'
import { prepareEmbedded } from '../helpers/stores.js'

async function dataFolder (t: Test) {
  const folder = await privateFolder()
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  await prepareEmbedded(folder)
  return folder
}

async function ask (path: string) {
  const sql = postgres('postgres://postgres@localhost/postgres', { path, max: 1, onnotice () {} })
  try {
    return await sql`select 1 as one`
  } finally {
    await sql.end()
  }
}

t.test('the embedded Postgres', async (t) => {
  t.test('answers at its socket until it is closed, and leaves none behind', async (t) => {
    const folder = await dataFolder(t)
    t.notOk(await isServed(folder))
    const database = await startEmbedded(folder)
    t.ok(await isServed(folder))
    t.match(await ask(database.path), [{ one: 1 }])
    await database.close()
    t.notOk(await isServed(folder))
    await t.rejects(stat(database.path), { code: 'ENOENT' })
  })

  t.test('keeps what was written', async (t) => {
    const folder = await dataFolder(t)
    const write = await startEmbedded(folder)
    const sql = postgres('postgres://postgres@localhost/postgres', { path: write.path, max: 1, onnotice () {} })
    await sql`create table kept (id int)`
    await sql.end()
    await write.close()

    const read = await startEmbedded(folder)
    t.teardown(read.close)
    const again = postgres('postgres://postgres@localhost/postgres', { path: read.path, max: 1, onnotice () {} })
    t.match(await again`select count(*)::int as rows from kept`, [{ rows: 0 }])
    await again.end()
  })

  t.test('refuses a folder that is served, with the remedy', async (t) => {
    const folder = await dataFolder(t)
    const database = await startEmbedded(folder)
    t.teardown(database.close)
    await t.rejects(startEmbedded(folder), { message: `DATA_DIR=${folder} is in use by another process: stop it, choose another DATA_DIR, or set DATABASE_URL` })
    t.match(await ask(database.path), [{ one: 1 }])
  })

  t.test('of two that start at once on a folder, lets one have it before the other opens it', async (t) => {
    const folder = await dataFolder(t)
    const starts = await Promise.allSettled([startEmbedded(folder), startEmbedded(folder)])
    for (const start of starts) if (start.status === 'fulfilled') t.teardown(start.value.close)

    t.same(starts.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    t.match(starts.find(({ status }) => status === 'rejected'), { reason: { message: /is in use by another process/ } })
  })

  t.test('takes a folder over from a process that died in it, and not from a living one', async (t) => {
    const folder = await dataFolder(t)
    const { pid } = spawnSync(process.execPath, ['--version'])
    await writeFile(join(folder, 'postgres.pid'), `${pid}`)
    const database = await startEmbedded(folder)
    await database.close()

    await writeFile(join(folder, 'postgres.pid'), `${process.ppid}`)
    await t.rejects(startEmbedded(folder), { message: /is in use by another process/ })
  })

  t.test('starts where a process died and left its socket', async (t) => {
    const folder = await dataFolder(t)
    await writeFile(socketPathOf(folder), '')
    const database = await startEmbedded(folder)
    t.teardown(database.close)
    t.match(await ask(database.path), [{ one: 1 }])
  })

  t.test('makes its folder, for this user alone', async (t) => {
    const folder = join(await privateFolder(), 'data')
    t.teardown(async () => await rm(join(folder, '..'), { recursive: true, force: true }))
    await mkdir(join(folder, '..'), { recursive: true })
    const database = await startEmbedded(folder)
    t.teardown(database.close)
    t.equal((await stat(folder)).mode & 0o777, 0o700)
  })

  t.test('refuses a path too long for a socket, with the remedy', async (t) => {
    t.throws(() => socketPathOf(`/${'x'.repeat(120)}`), { message: /^DATA_DIR is too long a path for a socket: choose one of fewer than \d+ characters$/ })
  })
})
