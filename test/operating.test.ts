import { spawnSync } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { migrate } from '../src/store/migrations.js'
import { startApp } from './helpers/app.js'
import { eventually } from './helpers/eventually.js'
import { privateKeysDir } from './helpers/keys.js'
import { programPath } from './helpers/programs.js'
import { askRedis } from './helpers/redis-forms.js'
import { leftOut as servicesLeftOut, privateFolder, privatePostgres, privateRedis } from './helpers/services.js'
import { refreshWith, signedIn, signIn, statusOf } from './helpers/sessions.js'
import { pageOf, runInBash, storyOf } from './helpers/snippets.js'

const page = await pageOf('docs/operating.md')

const absent = ['bash', 'psql', 'pg_dump', 'pg_restore', 'redis-cli'].filter((program) => spawnSync(program, ['--version']).error !== undefined)
if (absent.length > 0 && process.env.CI === 'true') throw new Error(`missing: ${absent.join(', ')}`)
const leftOut = servicesLeftOut || (absent.length > 0 && `the page for operators needs ${absent.join(' and ')}: apt-get install postgresql-client redis-tools`)

t.test('docs/operating.md', { skip: leftOut }, async (t) => {
  const [server, redis, folder] = await Promise.all([privatePostgres(t, { durable: true }), privateRedis(t), privateFolder()])
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  const superuser = postgres(server.url, { max: 1, onnotice () {} })
  t.teardown(async () => await superuser.end())

  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'gatehouse'), `#!/bin/sh\nexec ${process.execPath} ${await programPath('cli/main.js')} "$@"\n`)
  await chmod(join(bin, 'gatehouse'), 0o755)

  const settings = {
    DATABASE_URL: Object.assign(new URL(server.url), { username: 'gatehouse', pathname: '/gatehouse' }).href,
    REDIS_URL: redis.url,
    KEYS_DIR: await privateKeysDir(),
    DATA_DIR: folder,
    CLIENT_ORIGINS: 'http://localhost:3000',
    // Nothing listens there: what is published cannot be compared.
    PUBLIC_URL: 'http://localhost:9'
  }
  const told = new Set<string>()
  /** Does what the page says, with the server's settings in the environment. */
  const follow = async (t: Test, name: string) => {
    told.add(name)
    const environment = Object.entries({ ...settings, SERVER_URL: server.url, APP_ORIGIN: settings.CLIENT_ORIGINS })
    const exported = environment.map(([name, value]) => `export ${name}='${value}'\n`).join('')
    const { output, exitCode } = await runInBash(`export PATH='${bin}${delimiter}'"$PATH"\n${exported}${storyOf(page, name)}`, folder)
    t.equal(exitCode, 0, `${name} runs`, { output })
    return output
  }
  const start = async (t: Test) => await startApp(t, { settings })

  await t.test('makes a database for a role of no rights, migrates it, and back', async (t) => {
    await follow(t, 'database')
    await follow(t, 'migrate')
    t.match(await follow(t, 'migrate back'), /ran 012\.undo/)
    await migrate(settings.DATABASE_URL)
    const [role] = await superuser`select rolsuper, rolcreatedb from pg_roles where rolname = 'gatehouse'`
    t.same(role, { rolsuper: false, rolcreatedb: false })
  })

  await t.test('has a doctor who finds nothing to do there', async (t) => {
    const output = await follow(t, 'doctor')
    t.match(output, /^0 wrong, 0 to look at, \d+ ok$/m)
    t.match(output, /^\{\n {2}"state": "ok",$/m)
  })

  await t.test('has the role keep its time limits behind PgBouncer', async (t) => {
    await follow(t, 'pooler')
    const [role] = await superuser`select rolconfig from pg_roles where rolname = 'gatehouse'`
    t.same(role?.rolconfig, ['statement_timeout=1500ms', 'lock_timeout=1s', 'idle_in_transaction_session_timeout=2s'])
    await superuser`alter role gatehouse reset all`
  })

  await t.test('backs up and restores: what ended since stays ended, and everybody signs in again', async (t) => {
    const before = await start(t)
    const [ada, bob] = [await signedIn(before), await signedIn(before)]
    await follow(t, 'back up')
    await before.sessions.end(ada.sessionId, 'logout', { ip: '127.0.0.1', userAgent: null })
    const late = await signedIn(before)
    await before.close()

    await follow(t, 'restore')
    t.same(await askRedis(redis, async (redis) => await redis.keys('gatehouse:*')), [])
    const after = await start(t)
    for (const { access } of [ada, bob, late]) t.equal(await statusOf(after, access), 401)
    for (const { refresh } of [ada, bob, late]) t.equal((await refreshWith(after, refresh)).statusCode, 401)
    t.equal(await statusOf(after, (await signIn(after, bob)).access), 200)
    await t.rejects(signIn(after, late), /invalid_credentials/)
  })

  await t.test('replaces stolen keys under a running node, and rotates those that were not', async (t) => {
    const app = await start(t)
    const ada = await signedIn(app)
    const stolen = app.keys.kids()
    await follow(t, 'stolen keys')
    await eventually(() => app.keys.kids(), (kids) => kids.size === 2 && ![...kids].some((kid) => stolen.has(kid)))
    t.equal(await statusOf(app, ada.access), 401)

    const again = await signIn(app, ada)
    t.equal((await follow(t, 'rotate keys')).match(/^(access|refresh) +next /gm)?.length, 2)
    await eventually(() => app.keys.kids(), (kids) => kids.size === 4)
    t.equal(await statusOf(app, again.access), 200)
  })

  await t.test('sees to an account that was taken over, a Redis that was written to, mails that wait, and a flood', async (t) => {
    const app = await start(t)
    const [ada, grace] = [await signedIn(app), await signedIn(app)]
    await app.sql`update users set email = 'ada@example.com' where id = ${ada.id}`
    const seen = await follow(t, 'compromised account')
    t.match(seen, /login\.succeeded/)
    t.match(seen, /ended 1 session of ada@example\.com/)
    t.match(seen, /is now disabled/)
    await eventually(async () => await statusOf(app, ada.access), (status) => status === 401, { within: 2000 })

    await follow(t, 'stolen Redis')
    t.equal(await statusOf(app, grace.access), 200)
    t.match(await follow(t, 'flood'), /login\.succeeded/)

    await app.sql`
      insert into outbox (kind, user_id, email, due_at, given_up_at, last_error)
      values ('password_changed', ${grace.id}, ${grace.email}, now() + interval '1 hour', now(), 'no route')
    `
    t.match(await follow(t, 'outbox'), /password_changed.*no route/)
    t.match(await follow(t, 'mail again'), /UPDATE 1/)
    app.mail.wake()
    await eventually(async () => (await app.sql`select from outbox where last_error is not null`).count === 0)
  })

  t.test('tells no story that is not run here', async (t) => {
    const stories = [...page.matchAll(/<!-- story: (.+?) -->/g)].map(([, name = '']) => name)
    t.same([...told].sort(), stories.sort())
    t.equal([...page.matchAll(/^ *```(?:sh|sql)$/gm)].length, stories.length, 'every block of commands is a story')
  })
})
