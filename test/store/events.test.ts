import { randomUUID } from 'node:crypto'
import t from 'tap'
import { StoreUnavailable, type Sql } from '../../src/store/database.js'
import { writeEvents, type NotedEvent } from '../../src/store/events.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser } from '../helpers/users.js'

interface Row { at: Date, userId: string | null, sessionId: string | null, ip: string | null, userAgent: string | null, detail: object }

t.test('Writing many events', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const { sql } = app
    const rowsFrom = async (ip: string) => await sql<Row[]>`
      select at, user_id, session_id, ip, user_agent, detail
      from events
      where ip = ${ip}
      order by at, id
    `
    const failed = (ip: string, more: Partial<NotedEvent> = {}): NotedEvent => ({ type: 'login.failed', ip, happenedAt: 0, ...more })

    await t.test('keeps who, what, when, where from', async (t) => {
      const event = { userId: randomUUID(), sessionId: randomUUID(), userAgent: 'a "test"\t\u00e9', detail: { because: 'wrong_password', times: 2 } }
      t.equal(await writeEvents(sql, [failed('192.0.2.1', event), failed('192.0.2.1')], 0), 0)
      t.match(await rowsFrom('192.0.2.1'), [event, { userId: null, sessionId: null, userAgent: null, detail: {} }])
    })

    await t.test('gives each the time at which it happened, by the clock of the database', async (t) => {
      await writeEvents(sql, [failed('192.0.2.2', { happenedAt: 5_000 }), failed('192.0.2.2', { happenedAt: 65_000 })], 65_000)
      const [first, second] = await rowsFrom('192.0.2.2')
      const [{ now } = { now: new Date(0) }] = await sql<{ now: Date }[]>`select clock_timestamp() as now`
      t.ok(Math.abs(now.getTime() - Number(second?.at.getTime())) < 2000)
      t.ok(Math.abs(Number(second?.at.getTime()) - Number(first?.at.getTime()) - 60_000) < 50)
    })

    await t.test('finds whose account an address is, and keeps nothing of the address', async (t) => {
      const { id, email } = await createUser(app)
      await writeEvents(sql, [failed('192.0.2.3', { email, happenedAt: 1 }), failed('192.0.2.3', { email: 'nobody@example.com', happenedAt: 2 })], 2)
      t.match(await rowsFrom('192.0.2.3'), [{ userId: id, detail: {} }, { userId: null, detail: {} }])
    })

    await t.test('that is repeated since its answer was lost writes nothing twice', async (t) => {
      const events = [failed('192.0.2.4'), failed('192.0.2.4')]
      await writeEvents(sql, events, 0)
      await writeEvents(sql, [...events, failed('192.0.2.4')], 1)
      t.equal((await rowsFrom('192.0.2.4')).length, 3)
    })

    await t.test('leaves out one that the tables refuse, and says so', async (t) => {
      const poison = failed('192.0.2.5', { userAgent: 'x'.repeat(513) })
      t.equal(await writeEvents(sql, [failed('192.0.2.5'), poison, failed('192.0.2.5')], 0), 1)
      t.equal((await rowsFrom('192.0.2.5')).length, 2)
    })

    await t.test('throws when Postgres is away, and leaves none out', async (t) => {
      for (const statements of [0, 1]) {
        let left = statements
        const going = (async () => {
          if (left-- === 0) throw new StoreUnavailable()
          return []
        }) as unknown as Sql
        await t.rejects(writeEvents(going, [failed('192.0.2.6'), failed('192.0.2.6')], 0), { code: 'STORE_UNAVAILABLE' })
      }
    })
  })
})
