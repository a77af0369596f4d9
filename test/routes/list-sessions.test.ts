import t from 'tap'
import { startApp } from '../helpers/app.js'
import { claimsOf, somewhere } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { passTime } from '../helpers/time.js'
import { bearer, createUser, signIn, type SignedIn } from '../helpers/users.js'

const sidOf = ({ accessToken }: SignedIn) => claimsOf(accessToken).sid
const day = 86_400

t.test('GET /api/sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const list = async ({ accessToken }: SignedIn) => await app.inject({ url: '/api/sessions', headers: bearer(accessToken) })
    const listed = async (session: SignedIn) => (await list(session)).json().data.sessions.map(({ id }: { id: string }) => id)

    await t.test('tells of a session its device, its times and nothing else', async (t) => {
      const ada = await signIn(app, await createUser(app), 'cookie', { headers: { 'user-agent': 'Firefox on a phone' }, remoteAddress: '203.0.113.9' })
      const response = await list(ada)

      t.equal(response.statusCode, 200)
      t.same(Object.keys(response.json()), ['status', 'data'])
      t.same(Object.keys(response.json().data), ['sessions'])
      const [{ createdAt, lastUsedAt, expiresAt, ...session }, ...others] = response.json().data.sessions
      t.same(others, [])
      t.same(session, { id: sidOf(ada), current: true, ip: '203.0.113.9', userAgent: 'Firefox on a phone' })
      for (const time of [createdAt, lastUsedAt, expiresAt]) t.equal(new Date(time).toISOString(), time)
      t.equal(lastUsedAt, createdAt)
      t.equal(new Date(expiresAt).getTime() - new Date(createdAt).getTime(), 7 * day * 1000)
    })

    await t.test('tells which one is asking', async (t) => {
      const account = await createUser(app)
      const [one, two] = [await signIn(app, account), await signIn(app, account, 'body')]

      for (const asking of [one, two]) {
        const { sessions } = (await list(asking)).json().data
        t.equal(sessions.length, 2)
        for (const { id, current } of sessions) t.equal(current, id === sidOf(asking))
      }
    })

    await t.test('begins with the one that was used last: a refresh is a use', async (t) => {
      const account = await createUser(app)
      const [first, second, third] = [await signIn(app, account, 'body'), await signIn(app, account), await signIn(app, account)]
      t.same(await listed(first), [third, second, first].map(sidOf))

      await app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token: first.refreshToken } })
      t.same(await listed(first), [first, third, second].map(sidOf))
      const [{ lastUsedAt, createdAt }] = (await list(first)).json().data.sessions
      t.ok(lastUsedAt > createdAt)
    })

    await t.test('says null of a device that does not say what it is', async (t) => {
      const ada = await signIn(app, await createUser(app))
      await app.sql`update sessions set user_agent = null, ip = null where id = ${sidOf(ada)}`

      t.match((await list(ada)).json().data.sessions, [{ ip: null, userAgent: null }])
    })

    await t.test('leaves out what has ended, by logout, idleness or age, and other people\'s', async (t) => {
      const account = await createUser(app)
      const [ada, left, idle] = [await signIn(app, account), await signIn(app, account), await signIn(app, account)]
      await signIn(app, await createUser(app))
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(left.accessToken) })
      await passTime(app, { sessionId: sidOf(idle), seconds: 7 * day + 1 })

      t.same(await listed(ada), [sidOf(ada)])
    })

    await t.test('leaves out those that ended with everybody\'s', async (t) => {
      const account = await createUser(app)
      await signIn(app, account)
      await app.sessions.endEveryone(somewhere)
      const ada = await signIn(app, account)

      t.same(await listed(ada), [sidOf(ada)])
    })
  })
})
