import { once } from 'node:events'
import { chmod, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import postgres from 'postgres'
import { SMTPServer } from 'smtp-server'
import t, { type Test } from 'tap'
import doctorCommand from '../../src/cli/doctor.js'
import { examine } from '../../src/cli/doctor/examine.js'
import type { Finding } from '../../src/cli/doctor/finding.js'
import { readConfig } from '../../src/config.js'
import { migrate } from '../../src/store/migrations.js'
import { privateKeysDir, putKey } from '../helpers/keys.js'
import { privatePgbouncer, pgbouncerLeftOut } from '../helpers/pgbouncer.js'
import { run } from '../helpers/programs.js'
import { askRedis } from '../helpers/redis-forms.js'
import { leftOut, privateFolder, privatePostgres, privateRedis } from '../helpers/services.js'

type Settings = Record<string, string>

await t.test('gatehouse doctor', { skip: leftOut }, async (t) => {
  const [server, redis, smtpUrl, webhookUrl, cwd] = await Promise.all([privatePostgres(t, { durable: true }), privateRedis(t), startMail(t), startWebhook(t), privateFolder()])
  t.teardown(async () => await rm(cwd, { recursive: true, force: true }))
  await migrate(server.url)
  const sql = postgres(server.url, { max: 1, onnotice () {} })
  t.teardown(async () => await sql.end())

  const right: Settings = {
    NODE_ENV: 'production',
    DATABASE_URL: server.url,
    REDIS_URL: redis.url,
    // Nothing listens there: what is published cannot be compared.
    PUBLIC_URL: 'https://auth.localhost:9',
    CLIENT_ORIGINS: 'https://auth.localhost:3000',
    KEYS_DIR: await privateKeysDir(),
    DATA_DIR: cwd,
    SMTP_URL: smtpUrl('ada', 'right'),
    EVENTS_WEBHOOK_URL: webhookUrl,
    EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.from('no two of these bytes are alike!').toString('base64')}`,
    TRUST_PROXY: '127.0.0.1'
  }
  const look = async (settings: Settings = {}, options = {}) => await examine(readConfig({ ...right, ...settings }), options)
  const troubles = (findings: Finding[]) => findings.filter(({ state }) => state !== 'ok').map(({ check, state, says, remedy }) => `${state} ${check}: ${says} → ${remedy}`)
  /** It finds this one thing, says what to do, and finds nothing else. */
  const finds = async (t: Test, expected: RegExp, settings: Settings = {}, options = {}) => {
    const found = troubles(await look(settings, options))
    t.equal(found.length, 1, found.join('\n'))
    t.match(found[0], expected)
    t.match(found[0], / → \S/)
  }
  const withServer = async (_t: Test, set: string[], undo: string[], look: () => Promise<unknown>) => {
    for (const statement of set) await sql.unsafe(statement)
    try { await look() } finally { for (const statement of undo) await sql.unsafe(statement) }
  }
  const withRedis = async (settings: Record<string, [string, string]>, look: () => Promise<unknown>) => {
    for (const [name, [value]] of Object.entries(settings)) await askRedis(redis, async (redis) => await redis.config('SET', name, value))
    try { await look() } finally { for (const [name, [, before]] of Object.entries(settings).reverse()) await askRedis(redis, async (redis) => await redis.config('SET', name, before)) }
  }

  await t.test('finds nothing on a right set-up', async (t) => {
    t.same(troubles(await look()), [])
    t.same(troubles(await look({}, { origin: 'https://auth.localhost:3000' })), [])
  })

  await t.test('prints a line a check, ends with 0, and changes nothing in either store', async (t) => {
    const tables = async () => await sql`select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by 1`
    const before = await tables()
    const { code, stdout, stderr } = await run(t, ['cli/main.js', 'doctor'], { cwd, settings: right })
    t.equal(stderr, '')
    t.equal(code, 0, stdout)
    t.match(stdout, /^(ok +\S.*: .+\n){20,}0 wrong, 0 to look at, \d+ ok\n$/)
    t.same(await tables(), before)
    t.same(await askRedis(redis, async (redis) => await redis.keys('*')), [])
    t.same(await readdir(cwd), [])
  })

  await t.test('names every wrong setting at once, and ends with 1', async (t) => {
    const { code, stdout } = await run(t, ['cli/main.js', 'doctor', '--json'], { cwd, settings: { ...right, PORT: 'many', COOKIE_SAME_SITE: 'some', ACCESS_TOKEN_TTL: 'long' } })
    t.equal(code, 1)
    const { state, checks } = JSON.parse(stdout)
    t.equal(state, 'wrong')
    t.match(checks.map(({ says }: Finding) => says), [/PORT/, /ACCESS_TOKEN_TTL/, /COOKIE_SAME_SITE/])
  })

  await t.test('finds', async (t) => {
    t.test('a Postgres that is not there', async (t) => await finds(t, /^wrong postgres: cannot be asked: .*ECONNREFUSED/, { DATABASE_URL: 'postgres://ada@127.0.0.1:1/gatehouse' }))
    t.test('a database that is not there', async (t) => await finds(t, /^wrong postgres: .*does not exist → make it: create database/, { DATABASE_URL: `${server.url}x` }))

    t.test('a database that is not UTF-8, without tables', async (t) => {
      await withServer(t, ["create database latin encoding 'LATIN1' locale 'C' template template0"], ['drop database latin'], async () => {
        const found = troubles(await look({ DATABASE_URL: server.url.replace(/\/postgres$/, '/latin') }))
        t.match(found, [/^wrong postgres: the database is written in LATIN1/, /^warning migrations: the tables are at version 0/])
      })
    })

    t.test('tables of a newer release', async (t) => {
      await withServer(t, ["insert into gatehouse_migrations (version, name) values (999, 'later')"], ['delete from gatehouse_migrations where version = 999'],
        async () => await finds(t, /^wrong migrations: the tables are at version 999/))
    })

    t.test('a Postgres that forgets what it acknowledged', async (t) => {
      await withServer(t, ['alter database postgres set synchronous_commit = off'], ['alter database postgres reset synchronous_commit'],
        async () => await finds(t, /^wrong postgres: synchronous_commit off/))
    })

    t.test('plans that do not look at what is asked for', async (t) => {
      await withServer(t, ['alter database postgres set plan_cache_mode = force_generic_plan'], ['alter database postgres reset plan_cache_mode'],
        async () => await finds(t, /^warning postgres: plan_cache_mode is force_generic_plan/))
    })

    t.test('a pool that Postgres has no room for', async (t) => await finds(t, /^wrong connections: DATABASE_POOL=500, and Postgres has \d+/, { DATABASE_POOL: '500' }))
    t.test('a clock that is wrong', async (t) => {
      const behind = (seconds: number) => ({ now: () => Date.now() - seconds * 1000 })
      await finds(t, /^wrong clock: this machine is \d+(\.\d+)? s behind Postgres/, {}, behind(30))
      t.match(troubles(await look({}, behind(90))), [/^wrong clock: /, /^warning redis: the clock of .* is \d+(\.\d+)? s ahead of this machine's/], 'Redis bears with a minute')
    })

    t.test('a Redis that is not there', async (t) => await finds(t, /^wrong redis: cannot be asked: .*ECONNREFUSED/, { REDIS_URL: 'redis://127.0.0.1:1' }))
    t.test('a Redis that throws counts out while they are needed', async (t) => {
      for (const policy of ['allkeys-random', 'volatile-ttl', 'allkeys-lfu']) {
        await withRedis({ 'maxmemory-policy': [policy, 'noeviction'] }, async () => await finds(t, new RegExp(`^wrong redis eviction: .* makes room by ${policy}`)))
      }
      await withRedis({ 'maxmemory-policy': ['allkeys-lru', 'noeviction'] }, async () => t.same(troubles(await look()), []))
    })
    t.test('a Redis that is full', async (t) => await withRedis({ maxmemory: ['1mb', '0'] }, async () => await finds(t, /^wrong redis memory: .* % full: it takes neither/)))
    t.test('a Redis that is a replica', async (t) => {
      const replica = await privateRedis(t, { args: ['--replicaof', '127.0.0.1', new URL(redis.url).port] })
      t.match(troubles(await look({ REDIS_URL: replica.url })), [/^wrong redis: .* is a replica/])
    })
    t.test('a Redis whose access list lets no word through', async (t) => {
      await askRedis(redis, async (redis) => await redis.call('ACL', 'SETUSER', 'mute', 'on', '>secret', '~*', '+@all', 'resetchannels'))
      await finds(t, /^wrong redis channel: no word comes through: NOPERM/, { REDIS_URL: redis.url.replace('//', '//mute:secret@') })
    })
    t.test('no Redis in production', async (t) => await finds(t, /^warning redis: REDIS_URL is not set/, { REDIS_URL: '' }))

    const keys = async (t: Test) => {
      const folder = await privateFolder()
      t.teardown(async () => await rm(folder, { recursive: true, force: true }))
      await cp(right.KEYS_DIR ?? '', folder, { recursive: true })
      return folder
    }
    const fileOf = async (folder: string, purpose: string) => join(folder, purpose, (await readdir(join(folder, purpose)))[0] ?? '')

    t.test('a key that others can read', async (t) => {
      const folder = await keys(t)
      await chmod(await fileOf(folder, 'access'), 0o644)
      await finds(t, /^wrong keys: .* can be read by others → run `chmod 600/, { KEYS_DIR: folder })
    })
    t.test('no keys', async (t) => await finds(t, /^wrong keys: .*holds no key for access tokens → make one/, { KEYS_DIR: cwd }))
    t.test('one key for both kinds of token', async (t) => {
      const folder = await keys(t)
      await cp(await fileOf(folder, 'access'), await fileOf(folder, 'refresh'))
      await finds(t, /^wrong keys: access and refresh tokens are signed with the same key/, { KEYS_DIR: folder })
    })
    t.test('a key that is no key', async (t) => {
      const folder = await keys(t)
      await writeFile(await fileOf(folder, 'refresh'), 'a key')
      await finds(t, /^wrong keys: .* is not a private key/, { KEYS_DIR: folder })
    })
    t.test('a rotation that is overdue, and keys that have had their time', async (t) => {
      const folder = await keys(t)
      const now = () => Date.now() + 400 * 86_400_000
      const found = troubles(await look({ KEYS_DIR: folder }, { now })).filter((line) => line.includes('keys'))
      t.match(found, [/^warning keys for access tokens: .* has signed for 400 days → run `gatehouse keys rotate`/, /^warning keys for refresh tokens: /])
      await putKey(folder, 'access', 1, new Date(Date.now() - 7_200_000))
      await putKey(folder, 'access', 2, new Date(Date.now() - 10_800_000))
      await finds(t, /^warning keys for access tokens: \d whose last token has died are accepted still → run `gatehouse keys retire`/, { KEYS_DIR: folder })
    })

    t.test('other keys at PUBLIC_URL than here, and nodes that differ', async (t) => {
      const published: string[][] = [['a'], ['a'], ['a'], ['a'], ['a'], ['a'], ['b'], ['a'], ['a'], ['a']]
      const node = createServer((_request, answer) => answer.end(JSON.stringify({ keys: (published.shift() ?? []).map((kid) => ({ kid })) })))
      await once(node.listen(0, '127.0.0.1'), 'listening')
      t.teardown(() => node.close())
      const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`
      const settings = { NODE_ENV: '', PUBLIC_URL: url, CLIENT_ORIGINS: url }
      await finds(t, /^wrong published keys: .* publishes other keys than are here/, settings)
      await finds(t, /^wrong published keys: the nodes behind PUBLIC_URL publish different keys/, settings)
    })

    t.test('a browser app that is not named', async (t) => await finds(t, /^wrong origin https:\/\/auth.localhost:4000: not in CLIENT_ORIGINS/, {}, { origin: 'https://auth.localhost:4000' }))
    for (const [name, settings, expected] of [
      ['a browser app on another site, whose cookies are Lax', { PUBLIC_URL: 'https://auth.localhost:9', CLIENT_ORIGINS: 'https://app.example.org' }, /^wrong origin https:\/\/app.example.org: another site/],
      ['a browser app on another site, whose cookies are third-party ones', { CLIENT_ORIGINS: 'https://app.example.org', COOKIE_SAME_SITE: 'none' }, /^warning origin .*third-party/],
      ['a defence given up for nothing', { COOKIE_SAME_SITE: 'none' }, /^warning origin .*for nothing/],
      ['a COOKIE_DOMAIN that does not cover the server', { COOKIE_DOMAIN: 'example.com' }, /^wrong cookies: COOKIE_DOMAIN=example.com does not cover auth.localhost/],
      ['cookies that are not Secure', { COOKIE_SECURE: 'false' }, /^wrong cookies: .*not Secure/],
      ['a proxy that nobody is told of', { TRUST_PROXY: '' }, /^warning proxy: .*TRUST_PROXY is not set/],
      ['a trust in everybody', { TRUST_PROXY: '0.0.0.0/0' }, /^wrong proxy: .*callers choose their own address/],
      ['limits that are off in production', { RATE_LIMITS: 'off' }, /^wrong mode: RATE_LIMITS is off/],
      ['a production that is not called one', { NODE_ENV: '', COOKIE_SECURE: 'true' }, /^warning mode: .*NODE_ENV is not production/],
      ['a mail server that is not there', { SMTP_URL: 'smtp://127.0.0.1:1' }, /^wrong mail: .*ECONNREFUSED/],
      ['a wrong password for the mail server', { SMTP_URL: smtpUrl('ada', 'wrong') }, /^wrong mail: .*→ mend the user and the password/],
      ['no mail server in production', { SMTP_URL: '' }, /^warning mail: SMTP_URL is not set/],
      ['a webhook that is not there', { EVENTS_WEBHOOK_URL: 'http://127.0.0.1:1/events' }, /^wrong webhook: .*ECONNREFUSED/],
      ['a secret that is easily guessed', { EVENTS_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }, /^wrong webhook: EVENTS_WEBHOOK_SECRET is easily guessed/],
      ['hashes that are too cheap', { ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1' }, /^warning password hashes: .*weaker/]
    ] as Array<[string, Settings, RegExp]>) {
      t.test(name, async (t) => await finds(t, expected, settings))
    }

    t.test('cookies that no browser keeps over http, whatever their prefix', async (t) => {
      const plain = { NODE_ENV: '', PUBLIC_URL: 'http://auth.example.invalid', CLIENT_ORIGINS: 'http://auth.example.invalid:3000' }
      await finds(t, /^wrong cookies: COOKIE_PREFIX=__Host- makes them Secure, and PUBLIC_URL is http/, { ...plain, COOKIE_PREFIX: '__Host-' })
      await finds(t, /^wrong cookies: COOKIE_SECURE is on/, { ...plain, COOKIE_SECURE: 'true' })
    })

    t.test('a DATA_DIR that is a file', async (t) => {
      const folder = await privateFolder()
      t.teardown(async () => await rm(folder, { recursive: true, force: true }))
      await mkdir(join(folder, 'mail'))
      t.match((await look({ SMTP_URL: '', DATA_DIR: join(folder, 'data') })).find(({ check }) => check === 'disk'), { state: 'ok', says: /MiB are free/ })
    })

    t.test('how a pooler pools', { skip: pgbouncerLeftOut }, async (t) => {
      const through = async (settings: Settings) => ({ DATABASE_URL: (await privatePgbouncer(t, server, settings)).url })
      const pools = async (settings: Settings) => (await look(await through(settings))).find(({ check, state }) => check === 'pooler' && state === 'ok')
      await finds(t, /^warning pooler: it drops our time limits, and the role has none/, await through({}))
      await finds(t, /^warning pooler: it drops our time limits/, await through({ ignore_startup_parameters: 'statement_timeout' }))
      await finds(t, /^wrong pooler: it pools statements/, await through({ pool_mode: 'statement' }))
      await withServer(t, ["alter role postgres set statement_timeout = '1500ms'"], ['alter role postgres reset statement_timeout'], async () => {
        t.match(await pools({}), { says: 'it pools transactions' })
        t.match(await pools({ pool_mode: 'session' }), { says: 'it pools sessions' })
      })
    })
  })
})

t.test('gatehouse doctor refuses words it does not know', async (t) => {
  for (const words of [['now'], ['--origin'], ['--origin', 'app.example.com'], ['--origin', 'https://app.example.com/page'], ['--all']]) {
    await t.rejects(doctorCommand(words), { message: /^usage: |^Unexpected argument|^Unknown option|argument missing/ })
  }
})

/** A mail server that knows one person; gives its address for a name and a password. */
async function startMail (t: Pick<Test, 'teardown'>) {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    onAuth: ({ password }, _session, answer) => password === 'right' ? answer(null, { user: 'ada' }) : answer(new Error('nobody of that name'))
  })
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(async () => await new Promise<void>((resolve) => server.close(() => resolve())))
  return (user: string, password: string) => `smtp://${user}:${password}@127.0.0.1:${(listener.address() as AddressInfo).port}`
}

async function startWebhook (t: Pick<Test, 'teardown'>) {
  const server = createServer((_request, answer) => answer.end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
}
