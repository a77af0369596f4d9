import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { bearer, createUser, signIn } from '../../helpers/users.js'

interface Listed { id: string, at: string, type: string, userId: string | null, detail: object }

async function signInAdmin (app: FastifyInstance): Promise<string> {
  const admin = await createUser(app)
  await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${admin.id}`
  return (await signIn(app, admin)).accessToken
}

/** So many events of one user, one second apart, the newest first. */
async function happen (app: FastifyInstance, userId: string, types: string[]) {
  await app.sql`
    insert into events (at, type, user_id, ip, user_agent)
    select now() - make_interval(secs => place), type, ${userId}, '192.0.2.1', 'a test'
    from unnest(${types}::text[]) with ordinality as happened (type, place)
  `
}

t.test('GET /api/events', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const token = await signInAdmin(app)
    const ask = async (query: Record<string, string> | string) => await app.inject({ url: '/api/events', query, headers: bearer(token) })
    const list = async (query: Record<string, string>) => (await ask(query)).json().data as { events: Listed[], nextCursor: string | null }
    const typesOf = (events: Listed[]) => events.map(({ type }) => type)

    await t.test('says who, what, when, where from, and nothing else', async (t) => {
      const ada = await createUser(app)
      const response = await ask({ user: ada.id })

      t.equal(response.statusCode, 200)
      const { status, data: { events: [event], nextCursor } } = response.json()
      t.match(event, { id: /^\d+$/, at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, userAgent: 'lightMyRequest' })
      t.same({ ...event, id: '', at: '', userAgent: '' }, { id: '', at: '', type: 'user.registered', userId: ada.id, sessionId: null, ip: '127.0.0.1', userAgent: '', detail: {} })
      t.same([status, nextCursor], ['success', null])
    })

    await t.test('tells of everything by default, the newest first, and of 20', async (t) => {
      await happen(app, randomUUID(), Array.from({ length: 30 }, () => 'login.failed'))
      const { events } = await list({})
      t.equal(events.length, 20)
      t.same(events.map(({ at }) => at), events.map(({ at }) => at).sort().reverse())
    })

    const ada = randomUUID()
    const hers = ['login.failed', 'session.refreshed', 'login.failed', 'user.registered', 'session.refreshed', 'login.failed']
    await happen(app, ada, hers)
    await happen(app, randomUUID(), ['email.changed', 'login.failed', 'email.changed'])

    for (const [title, filter, wished] of [
      ['of one user', { user: ada }, hers],
      ['of one user and one type', { user: ada, type: 'login.failed' }, hers.filter((type) => type === 'login.failed')],
      ['of one type', { type: 'email.changed' }, ['email.changed', 'email.changed']],
      ['of nobody', { user: randomUUID() }, []]
    ] as const) {
      await t.test(`tells of those ${title}, whole pages and single ones alike`, async (t) => {
        t.same(typesOf((await list(filter)).events), wished)

        const pages: Listed[] = []
        for (let cursor: string | null = ''; cursor !== null;) {
          const page: Awaited<ReturnType<typeof list>> = await list({ ...filter, limit: '1', ...(cursor === '' ? {} : { cursor }) })
          pages.push(...page.events)
          cursor = page.nextCursor
        }
        t.same(typesOf(pages), wished)
        t.equal(new Set(pages.map(({ id }) => id)).size, wished.length, 'none twice')
      })
    }

    await t.test('an id in capitals is the same user', async (t) => {
      t.equal((await list({ user: ada.toUpperCase() })).events.length, hers.length)
    })

    await t.test('events of one moment are neither lost nor told twice where a page ends', async (t) => {
      const userId = randomUUID()
      await app.sql`insert into events (at, type, user_id) select now(), 'login.failed', ${userId} from generate_series(1, 5)`
      const first = await list({ user: userId, limit: '2' })
      const rest = await list({ user: userId, cursor: first.nextCursor ?? '' })
      t.equal(new Set([...first.events, ...rest.events].map(({ id }) => id)).size, 5)
    })

    await t.test('what happens while somebody turns pages moves none of them', async (t) => {
      const userId = randomUUID()
      await happen(app, userId, ['login.failed', 'email.changed', 'user.registered'])
      const first = await list({ user: userId, limit: '1' })
      await app.sql`insert into events (type, user_id) values ('password.changed', ${userId})`
      t.same(typesOf((await list({ user: userId, cursor: first.nextCursor ?? '' })).events), ['email.changed', 'user.registered'])
    })

    await t.test('100 a page are the most', async (t) => {
      const userId = randomUUID()
      await happen(app, userId, Array.from({ length: 101 }, () => 'login.failed'))
      t.equal((await list({ user: userId, limit: '100' })).events.length, 100)
    })

    for (const query of [
      'limit=0', 'limit=101', 'limit=1e1', 'limit=020', 'limit=%201', 'limit=', 'limit=-1', 'limit=1.0', 'limit=1&limit=2',
      'user=ada', 'user=urn:uuid:0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11', 'user=', 'type=login', 'type=', 'type=login.failed&type=login.failed', 'cursor=nonsense', 'cursor=%00'
    ]) {
      await t.test(`refuses ?${query}`, async (t) => {
        const response = await ask(query)
        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: `/${query.split('=')[0]}` }] })
      })
    }

    await t.test('refuses somebody who is no administrator with 403 forbidden', async (t) => {
      const { accessToken } = await signIn(app, await createUser(app))
      const response = await app.inject({ url: '/api/events', headers: bearer(accessToken) })
      t.equal(response.statusCode, 403)
      t.match(response.json(), { status: 'fail', code: 'forbidden' })
    })
  })
})
