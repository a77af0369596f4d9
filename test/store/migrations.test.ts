import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { migrate } from '../../src/store/migrations.js'
import { run, workplace } from '../helpers/programs.js'
import { available, leftOut, privatePostgres } from '../helpers/services.js'

const skip = available.postgres ? false : leftOut || 'no Postgres here'

t.test('the migrations', { skip }, async (t) => {
  const server = await privatePostgres(t)
  const admin = postgres(server.url, { max: 1, onnotice () {} })
  t.teardown(async () => await admin.end())

  const emptyDatabase = async () => {
    const name = `d${randomUUID().replaceAll('-', '')}`
    await admin.unsafe(`create database ${name}`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    const sql = postgres(url.href, { max: 1, onnotice () {} })
    t.teardown(async () => await sql.end())
    return { url: url.href, sql }
  }
  const tablesOf = async (sql: postgres.Sql) =>
    (await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public' order by 1`).map(({ name }) => name).filter((name) => name !== 'gatehouse_migrations')

  t.test('of five processes on an empty database, each is applied once', async (t) => {
    const { url, sql } = await emptyDatabase()
    const cwd = await workplace(t)
    const ended = await Promise.all(Array.from({ length: 5 }, async () => await run(t, ['cli/main.js', 'migrate'], { cwd, settings: { DATABASE_URL: url } })))
    t.same(ended.map(({ code, stderr }) => ({ code, stderr })), Array(5).fill({ code: 0, stderr: '' }))
    const ran = ended.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.startsWith('ran '))
    t.equal(new Set(ran).size, ran.length, ran.join())
    t.equal(ended.filter(({ stdout }) => stdout === 'nothing to do\n').length, 4)
    const tables = await tablesOf(sql)
    for (const name of ['events', 'sessions', 'users']) t.ok(tables.includes(name), name)
  })

  t.test('run twice, change nothing', async (t) => {
    const { url, sql } = await emptyDatabase()
    t.ok((await migrate(url)).length > 0)
    const shape = async () => await sql`select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2`
    const before = await shape()
    t.same(await migrate(url), [])
    t.same(await shape(), before)
  })

  t.test('can be undone to the first and done again', async (t) => {
    const { url, sql } = await emptyDatabase()
    const cwd = await workplace(t)
    const done = await migrate(url)
    const tables = await tablesOf(sql)

    const undone = await run(t, ['cli/main.js', 'migrate', '--to', '0'], { cwd, settings: { DATABASE_URL: url } })
    t.match(undone, { code: 0, stderr: '' })
    t.same(undone.stdout.trim().split('\n'), done.map((name) => `ran ${name.replace('.do.', '.undo.')}`).reverse())
    t.same(await tablesOf(sql), [])

    t.match(await run(t, ['cli/main.js', 'migrate', '--to', '1'], { cwd, settings: { DATABASE_URL: url } }), { code: 0, stdout: `ran ${done[0]}\n` })
    t.same(await tablesOf(sql), ['users'])
    await migrate(url)
    t.same(await tablesOf(sql), tables)
  })

  t.test('are all or nothing', async (t) => {
    const { url, sql } = await emptyDatabase()
    await sql`create table sessions (id uuid primary key)`
    await t.rejects(migrate(url))
    t.same(await tablesOf(sql), ['sessions'])
  })

  t.test('describe every table they make', async (t) => {
    const { url, sql } = await emptyDatabase()
    await migrate(url)
    const described = await sql<{ name: string }[]>`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and obj_description(oid) is not null order by 1`
    t.same(described.map(({ name }) => name), await tablesOf(sql))
  })
})
