import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { available, leftOut, privatePostgres } from '../helpers/services.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser } from '../helpers/users.js'

t.test('app.events.note', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const happened = async (ip: string) => await app.sql<{ type: string, userId: string | null, detail: object }[]>`
      select type, user_id, detail
      from events
      where ip = ${ip}
      order by at, id
    `
    const written = async (ip: string, count: number) => await eventually(async () => await happened(ip), ({ length }) => length >= count)

    await t.test('writes an event within about a second', async (t) => {
      const userId = randomUUID()
      app.events.note({ type: 'login.failed', userId, ip: '192.0.2.1', detail: { because: 'wrong_password' } })
      t.match([...await written('192.0.2.1', 1)], [{ type: 'login.failed', userId, detail: { because: 'wrong_password' } }])
    })

    await t.test('is done before anything is asked of Postgres', async (t) => {
      const asked = t.capture(app, 'sql', async () => { throw new Error('asked') })
      app.events.note({ type: 'login.failed', ip: '192.0.2.2' })
      t.same(asked(), [])
    })

    await t.test('makes one event of the refusals of one caller at one account, and counts them', async (t) => {
      const { id, email } = await createUser(app)
      for (let times = 0; times < 1000; times++) app.events.note({ type: 'login.throttled', email, ip: '192.0.2.3' })
      app.events.note({ type: 'login.throttled', email: 'nobody@example.com', ip: '192.0.2.3' })
      app.events.note({ type: 'login.throttled', email, ip: '192.0.2.4' })

      t.same((await written('192.0.2.3', 2)).map(({ userId, detail }) => ({ userId, detail })), [
        { userId: id, detail: { times: 1000 } },
        { userId: null, detail: { times: 1 } }
      ])
      t.match([...await written('192.0.2.4', 1)], [{ userId: id, detail: { times: 1 } }])
    })

    await t.test('loses no refusal that comes while others are written', async (t) => {
      const noted = 3000
      for (let times = 0; times < noted; times++) {
        app.events.note({ type: 'login.throttled', email: `${times % 600}@example.com`, ip: '192.0.2.5' })
        if (times % 100 === 0) await new Promise(setImmediate)
      }
      const sum = async () => (await happened('192.0.2.5')).reduce((sum, { detail }) => sum + (detail as { times: number }).times, 0)
      t.equal(await eventually(sum, (sum) => sum >= noted), noted)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('writes what waits when the server stops', async (t) => {
      const ip = '192.0.2.9'
      const stopping = await startApp(t, stores)
      for (let times = 0; times < 700; times++) stopping.events.note({ type: 'login.failed', ip })
      await stopping.close()

      const { sql } = await startApp(t, stores)
      t.equal((await sql`select from events where ip = ${ip}`).length, 700)
    })
  })
})

t.test('events while Postgres is away', { skip: available.postgres ? false : leftOut || 'no Postgres here' }, async (t) => {
  const server = await privatePostgres(t)
  const app = await startApp(t, { settings: { DATABASE_URL: server.url } })
  const said: unknown[][] = []
  for (const level of ['warn', 'error'] as const) t.intercept(app.log, level, { value: (...words: unknown[]) => { said.push(words) } })
  const lost = () => said.filter(([, message]) => message === 'events were lost')

  await t.test('are kept, and written once it is back', async (t) => {
    await server.kill()
    for (let times = 0; times < 20; times++) app.events.note({ type: 'login.failed', ip: '192.0.2.1' })
    await eventually(() => said.some(([, message]) => message === 'events are written later'), Boolean, { within: 5000 })
    await server.start()

    const sql = postgres(server.url, { max: 1 })
    t.teardown(async () => await sql.end())
    await eventually(async () => (await sql`select from events where ip = '192.0.2.1'`).length, (length) => length === 20, { within: 10_000 })
  })

  await t.test('past 10,000 are lost, which is said once a second', async (t) => {
    await server.kill()
    for (let times = 0; times < 10_007; times++) app.events.note({ type: 'login.failed', ip: '192.0.2.2' })
    await eventually(() => lost().length > 0, Boolean, { within: 5000 })
    t.same(lost(), [[{ count: 7 }, 'events were lost']])
  })

  await t.test('keep no server from stopping, which says what it loses', async (t) => {
    const begun = performance.now()
    await app.close()
    t.ok(performance.now() - begun < 5000)
    t.same(lost().at(-1), [{ count: 10_000 }, 'events were lost'])
  })
})
