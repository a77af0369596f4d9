import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { noteEvent } from '../../src/store/events.js'
import { purgeUnsentEvents } from '../../src/store/event-delivery.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'
import { startWebhook, type Received } from '../helpers/webhook.js'

const patience = { within: 10_000, every: 20 }

const happen = async (app: FastifyInstance, count = 1): Promise<string> => {
  const userId = randomUUID()
  await app.sql`insert into events (type, user_id) select 'login.failed', ${userId} from generate_series(1, ${count})`
  return userId
}
const of = (userId: string, received: Received[]) => received.filter(({ event }) => event.userId === userId)
const waiting = async (app: FastifyInstance, userId: string) => [...await app.sql<{ id: string, attempts: number, lastError: string | null, givenUp: boolean }[]>`
  select id, attempts, last_error, given_up_at is not null as given_up
  from outbox
  where kind = 'event' and detail ->> 'userId' = ${userId}
`]
const makeDue = async (app: FastifyInstance) => await app.sql`update outbox set due_at = now() where kind = 'event'`

t.test('the webhook', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const server = await startWebhook(t)
    const app = await startApp(t, stores, server.settings)
    const said: unknown[][] = []
    for (const level of ['warn', 'error'] as const) t.intercept(app.log, level, { value: (...words: unknown[]) => { said.push([level, ...words]) } })

    await t.test('is sent every event as administrators read it, of requests, transactions and refusals alike', async (t) => {
      const ada = await createUser(app)
      await signIn(app, ada)
      await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: ada.email, password: 'not her password' } })
      const failed = async () => (await app.events.list({ user: ada.id, type: 'login.failed', after: undefined, limit: 1 })).length === 1
      await eventually(failed, Boolean, patience)
      const listed = (await app.events.list({ user: ada.id, type: undefined, after: undefined, limit: 10 })).map(({ micros, ...event }) => event)
      for (const event of listed) t.same(await eventually(() => of(ada.id, server.received).find(({ event: { id } }) => id === event.id)?.event, Boolean, patience), event)
      for (const type of ['user.registered', 'login.succeeded', 'login.failed'] as const) t.ok(listed.some((event) => event.type === type), type)
      t.same(server.forged, [])
      await eventually(async () => (await waiting(app, ada.id)).length === 0, Boolean, patience)
    })

    await t.test('is sent nothing of a transaction that is rolled back', async (t) => {
      const undone = randomUUID()
      await t.rejects(app.sql.begin(async (tx) => {
        await noteEvent(tx, { type: 'login.failed', userId: undone })
        throw new Error('not today')
      }))
      const marker = await happen(app)
      await eventually(() => of(marker, server.received).length === 1, Boolean, patience)
      t.same(of(undone, server.asked), [])
    })

    await t.test('that fails is sent the same again under the same id, later and later', async (t) => {
      server.answers.next = (_request, response) => response.writeHead(500).end()
      const userId = await happen(app)
      await eventually(async () => (await waiting(app, userId))[0]?.lastError === 'answered 500', Boolean, patience)
      server.answers.next = undefined
      await makeDue(app)
      await eventually(() => of(userId, server.received).length === 1, Boolean, patience)

      const [first, second, ...others] = of(userId, server.asked)
      t.equal(others.length, 0)
      t.equal(second?.id, first?.id)
      t.same(second?.event, first?.event)
      t.match(first?.id, /^evt_\d+$/)
      t.ok(said.some(([level, , message]) => level === 'warn' && message === 'an event is sent later'))
      await eventually(async () => (await waiting(app, userId)).length === 0, Boolean, patience)
    })

    await t.test('that fails for days is given up, for all to see', async (t) => {
      server.answers.next = (_request, response) => response.writeHead(500).end()
      const userId = await happen(app)
      await eventually(async () => (await waiting(app, userId))[0]?.lastError === 'answered 500', Boolean, patience)
      await app.sql`update outbox set created_at = now() - interval '3 days', due_at = now() where kind = 'event'`
      await eventually(async () => (await waiting(app, userId))[0]?.givenUp, Boolean, patience)
      t.ok(said.some(([level, , message]) => level === 'error' && message === 'an event is given up'))
      server.answers.next = undefined
    })

    await t.test('is sent what a node took and died with', async (t) => {
      const userId = randomUUID()
      await app.sql.begin(async (tx) => {
        await noteEvent(tx, { type: 'login.failed', userId })
        await tx`update outbox set attempts = 1, due_at = now() + interval '60 seconds' where detail ->> 'userId' = ${userId}`
      })
      const marker = await happen(app)
      await eventually(() => of(marker, server.received).length === 1, Boolean, patience)
      t.same(of(userId, server.asked), [], 'not before its lease is over')
      await makeDue(app)
      await eventually(() => of(userId, server.received).length === 1, Boolean, patience)
    })

    await t.test('of two nodes is sent each event once', async (t) => {
      const other = stores.name === 'embedded' ? app : await startApp(t, stores, server.settings)
      const users = await Promise.all([app, other, app, other].map(async (node) => await happen(node, 50)))
      for (const userId of users) {
        await eventually(() => of(userId, server.received).length >= 50, Boolean, patience)
        await eventually(async () => (await waiting(app, userId)).length === 0, Boolean, patience)
        t.equal(new Set(of(userId, server.received).map(({ id }) => id)).size, 50)
        t.equal(of(userId, server.received).length, 50)
      }
    })

    await t.test('that hangs keeps no server from stopping', async (t) => {
      server.answers.next = () => {}
      const stopping = stores.name === 'embedded' ? app : await startApp(t, stores, server.settings)
      const userId = await happen(stopping)
      await eventually(() => of(userId, server.asked).length === 1, Boolean, patience)
      const begun = performance.now()
      await stopping.close()
      t.ok(performance.now() - begun < 8000)
      server.answers.next = undefined
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('when there is none, no event is put out to be sent, and what is left of one goes when the events themselves do', async (t) => {
      const app = await startApp(t, stores)
      await createUser(app)
      t.equal((await app.sql`select from outbox where kind = 'event' and created_at > (select max(created_at) from users)`).length, 0)

      await app.sql`delete from outbox where kind = 'event'`
      await app.sql`insert into outbox (kind, due_at) values ('event', now() - interval '91 days'), ('event', now() - interval '89 days')`
      t.equal(await purgeUnsentEvents(app.sql, 90 * 86_400), 1)
      t.equal((await app.sql`select from outbox where kind = 'event'`).length, 1)
    })
  })
})
