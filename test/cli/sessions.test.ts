import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import t from 'tap'
import sessionsCommand from '../../src/cli/sessions.js'
import { unseal } from '../../src/lib/sealed.js'
import { changesChannel } from '../../src/store/changes.js'
import { connectRedis, connectSubscription } from '../../src/store/redis.js'
import { eventsAbout } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { run } from '../helpers/programs.js'
import { privateFolder } from '../helpers/services.js'
import { signedIn, signIn, statusOf } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn as signInWith } from '../helpers/users.js'

t.test('gatehouse sessions', async (t) => {
  const cwd = await privateFolder()
  t.teardown(async () => await rm(cwd, { recursive: true, force: true }))

  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const sessions = async (...words: string[]) => await run(t, ['cli/main.js', 'sessions', ...words], { cwd, settings: stores.settings })
    const heard = stores.settings.REDIS_URL === undefined ? 'within a second' : 'at once'
    const refused = async (access: string) => await eventually(() => statusOf(app, access), (status) => status === 401, { within: 2000 })

    await t.test('list shows those of a user, by address or id, newest use first, and no sign that a terminal obeys', async (t) => {
      const ada = await createUser(app)
      await signInWith(app, ada, 'body', { headers: { 'user-agent': 'first \u001b[31m' } })
      await signInWith(app, ada, 'body', { headers: { 'user-agent': 'second' } })

      const { code, stdout } = await sessions('list', '--user', ada.email.toUpperCase())
      t.equal(code, 0)
      t.match(stdout.trim().split('\n'), [/second$/, /first \?\[31m$/])
      t.match(stdout, new RegExp(`^[0-9a-f-]{36} ${ada.email} used .*Z opened .*Z from 127.0.0.1 `))
      t.equal((await sessions('list', '--user', ada.id)).stdout, stdout)
      t.equal((await sessions('list', '--limit', '1')).stdout.trim().split('\n').length, 1)
    })

    await t.test("list does not look through everybody's where they are very many", async (t) => {
      const { email } = await signedIn(app)
      const count = async (rows: number) => await app.sql`update pg_class set reltuples = ${rows} where oid = 'sessions'::regclass`
      await count(4_000_000)
      t.match(await sessions('list'), { code: 1, stdout: '', stderr: /^gatehouse: there are some 4,000,000 sessions, .*--user/ })
      t.match(await sessions('list', '--user', email), { code: 0, stdout: new RegExp(email), stderr: '' })
      await count(-1)
      t.equal((await sessions('list', '--limit', '1')).code, 0)
    })

    await t.test('end ends those that are named, and names those that are not there', async (t) => {
      const [one, other] = [await signedIn(app), await signedIn(app)]
      t.equal(await statusOf(app, one.access), 200)
      const [{ id = '' } = {}] = await app.sessions.listOf(one.id)
      const absent = randomUUID()

      t.same(await sessions('end', id.toUpperCase(), absent), {
        code: 1, stdout: `ended 1 session: running nodes refuse them ${heard}\n`, stderr: `gatehouse: no live session has the id ${absent}\n`
      })
      await refused(one.access)
      t.equal(await statusOf(app, other.access), 200)
      t.same(await eventsAbout(app, one.id, 'session.ended'), [{ type: 'session.ended', detail: { because: 'revoked', by: 'command line' }, ip: null }])
      t.same(await sessions('end', id), { code: 1, stdout: 'ended 0 sessions\n', stderr: `gatehouse: no live session has the id ${id}\n` })
    })

    await t.test('end ends all of a user', async (t) => {
      const ada = await signedIn(app)
      const again = await signIn(app, ada)
      t.same(await sessions('end', '--user', ada.email), { code: 0, stdout: `ended 2 sessions of ${ada.email}: running nodes refuse them ${heard}\n`, stderr: '' })
      await Promise.all([ada.access, again.access].map(refused))
      t.same((await eventsAbout(app, ada.id, 'session.ended')).map(({ detail }) => detail), Array(2).fill({ because: 'revoked', by: 'command line' }))
      t.same(await sessions('end', '--user', ada.id), { code: 0, stdout: `ended 0 sessions of ${ada.email}\n`, stderr: '' })
    })

    await t.test("end ends everybody's, once that is meant", async (t) => {
      const [one, other] = [await signedIn(app), await signedIn(app)]
      t.match(await sessions('end', '--everyone'), { code: 2, stdout: '', stderr: /--yes/ })
      t.equal(await statusOf(app, one.access), 200)

      t.same(await sessions('end', '--everyone', '--yes'), { code: 0, stdout: `ended everybody's sessions: running nodes refuse them ${heard}\n`, stderr: '' })
      await Promise.all([one.access, other.access].map(refused))
      const [event] = await app.sql`select detail from events where type = 'session.ended' order by id desc limit 1`
      t.same(event?.detail, { because: 'everyone', by: 'command line' })
    })

    await t.test('name a user whom nobody is', async (t) => {
      const id = randomUUID()
      t.same(await sessions('end', '--user', 'nobody@example.com'), { code: 1, stdout: '', stderr: 'gatehouse: nobody has the address nobody@example.com\n' })
      t.same(await sessions('list', '--user', id), { code: 1, stdout: '', stderr: `gatehouse: nobody has the id ${id}\n` })
    })
  })

  for (const words of [
    [], ['destroy'], ['list', 'all'], ['list', '--limit', '0'], ['list', '--limit', 'ten'],
    ['end'], ['end', 'ada@example.com'], ['end', randomUUID(), '--everyone'], ['end', '--user', 'a@example.com', '--everyone']
  ]) {
    t.test(`refuse words they do not know: ${words.join(' ') || 'none'}`, async (t) => {
      await t.rejects(sessionsCommand(words), { message: /^usage: |^Unexpected argument/ })
    })
  }
})

t.test('what the command line changes', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    if (stores.settings.REDIS_URL === undefined) return
    const cwd = await privateFolder()
    t.teardown(async () => await rm(cwd, { recursive: true, force: true }))
    const app = await startApp(t, stores)
    const gatehouse = async (settings: Record<string, string>, ...words: string[]) => await run(t, ['cli/main.js', ...words], { cwd, settings: { ...stores.settings, ...settings } })

    await t.test('is told through Redis once it is committed, and the shared copies are brought up to it', async (t) => {
      const url = stores.settings.REDIS_URL ?? ''
      const [redis, listening] = [connectRedis(url), connectSubscription(url, 0)]
      t.teardown(() => [redis, listening].forEach((each) => each.disconnect()))
      await Promise.all([redis, listening].map(async (each) => await eventually(() => each.status === 'ready')))
      await listening.subscribe(changesChannel(redis))
      const words: string[] = []
      listening.on('message', (_channel, word) => words.push(unseal(word) ?? 'not sealed'))

      const [ada, bob] = [await signedIn(app), await signedIn(app)]
      for (const { access } of [ada, bob]) t.equal(await statusOf(app, access), 200)
      const copy = async (kind: string, id: string) => String(await redis.get(`gatehouse:${kind}:${id}`))

      await gatehouse({}, 'sessions', 'end', '--user', ada.id)
      t.ok(words.includes(`ended ${ada.sessionId}`))
      t.match(await copy('session', ada.sessionId), /^\d+ ended /)

      t.match(await gatehouse({}, 'users', 'disable', bob.email), { code: 0, stdout: /at once\n$/ })
      t.ok(words.includes(`ended ${bob.sessionId}`))
      t.ok(words.includes(`user ${bob.id} 2`))
      t.match(await copy('user', bob.id), /^2 .*"disabled":true/)

      await gatehouse({}, 'sessions', 'end', '--everyone', '--yes')
      t.match(words.at(-1), /^everyone \d{16}$/)
    })

    await t.test('holds without a Redis that answers, and says so', async (t) => {
      const ada = await signedIn(app)
      t.match(await gatehouse({ REDIS_URL: 'redis://127.0.0.1:1' }, 'users', 'disable', ada.email), {
        code: 0, stdout: /: running nodes hold to it within a second\n$/, stderr: /^gatehouse: Redis could not be told: .*ECONNREFUSED/
      })
      await eventually(() => statusOf(app, ada.access), (status) => status === 401, { within: 2000 })
    })
  })
})
