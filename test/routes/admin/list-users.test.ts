import { randomUUID } from 'node:crypto'
import t from 'tap'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { createUser, type Account } from '../../helpers/users.js'

interface Page { users: Array<{ id: string, name: string, email: string }>, nextCursor: string | null }

t.test('GET /api/users', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const ask = async (query: Record<string, string> | string = {}) => await admin.ask('GET', '/api/users', { query })
    const list = async (query: Record<string, string> = {}): Promise<Page> => (await ask(query)).json().data
    // A word that nobody else here has.
    const family = `x${randomUUID().slice(0, 8)}`
    const people: Account[] = []
    for (const name of ['Ada', 'Byron', 'Clara', 'Dora', 'Ella']) people.push(await createUser(app, { name: `${name} ${family}` }))
    const names = (page: Page) => page.users.map(({ name }) => name.split(' ')[0])

    await t.test('answers with a page of Users, disabled or not, and nothing else of them', async (t) => {
      const response = await ask({ q: people[0]?.email ?? '' })

      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'no-store')
      const { status, data: { users: [{ createdAt, updatedAt, ...user }], nextCursor, ...rest } } = response.json()
      t.same([status, nextCursor, rest], ['success', null, {}])
      t.same(user, { id: people[0]?.id, name: `Ada ${family}`, email: people[0]?.email, role: 'user', photo: 'default.png', verified: false, disabled: false })
      t.equal(new Date(createdAt).toISOString(), createdAt)
      t.equal(new Date(updatedAt).toISOString(), updatedAt)
    })

    await t.test('gives the newest first when nothing is searched for', async (t) => {
      t.same(names(await list({ limit: '5' })), ['Ella', 'Dora', 'Clara', 'Byron', 'Ada'])
      t.same(await list({ limit: '5', q: '' }), await list({ limit: '5' }), 'an empty search is none')
      t.same(await list({ limit: '5', q: '  ' }), await list({ limit: '5' }))
    })

    await t.test('searches names and addresses', async (t) => {
      t.same(names(await list({ q: ` ${family.toUpperCase()} ` })).sort(), ['Ada', 'Byron', 'Clara', 'Dora', 'Ella'])
      t.same(names(await list({ q: `ada ${family}` })), ['Ada'])
      t.same(names(await list({ q: people[1]?.email.toUpperCase() ?? '' })), ['Byron'])
      t.same(await list({ q: `${family}y` }), { users: [], nextCursor: null })
    })

    await t.test('gives 20 by default, and up to 100', async (t) => {
      await app.sql`
        insert into users (id, name, email, password_hash)
        select gen_random_uuid(), 'Crowd', gen_random_uuid() || '@crowd.example', 'a hash of no less than twenty signs'
        from generate_series(1, 120)
      `
      t.equal((await list()).users.length, 20)
      t.equal((await list({ q: 'crowd' })).users.length, 20)
      t.equal((await list({ q: 'crowd', limit: '100' })).users.length, 100)
      t.equal((await list({ q: 'crowd', limit: '1' })).users.length, 1)
    })

    for (const query of [{}, { q: 'crowd' }, { q: 'c' }, { role: 'user' }, { role: 'admin' }, { role: 'user', q: 'example' }]) {
      await t.test(`comes by its cursor to everybody once: ${JSON.stringify(query)}`, async (t) => {
        const all = new Set<string>()
        let told = 0
        for (let cursor: string | null = ''; cursor !== null;) {
          const page: Page = await list({ ...query, limit: '17', ...(cursor === '' ? {} : { cursor }) })
          for (const { id } of page.users) all.add(id)
          told += page.users.length
          cursor = page.nextCursor
        }

        const [{ count } = { count: 0 }] = 'q' in query
          ? [{ count: told }]
          : await app.sql<{ count: number }[]>`select count(*)::int as count from users where role = ${query.role ?? 'user'} or ${!('role' in query)}`
        t.equal(all.size, told, 'nobody twice')
        t.equal(told, count)
        t.ok(told > 0)
      })
    }

    await t.test('has no cursor on a last page that is full', async (t) => {
      const { users, nextCursor } = await list({ q: family, limit: '5' })
      t.same([users.length, nextCursor], [5, null])
    })

    await t.test('filters by role', async (t) => {
      await app.sql`update users set role = 'admin', version = version + 1 where id = ${people[2]?.id ?? ''}`

      t.same(names(await list({ q: family, role: 'admin' })), ['Clara'])
      t.same(names(await list({ q: family, role: 'user' })).sort(), ['Ada', 'Byron', 'Dora', 'Ella'])
      t.ok((await list({ role: 'admin', limit: '100' })).users.some(({ id }) => id === admin.id))
    })

    await t.test('tells who is disabled', async (t) => {
      await app.sql`update users set disabled_at = now(), version = version + 1 where id = ${people[3]?.id ?? ''}`

      t.same((await list({ q: `dora ${family}` })).users, [{ ...(await list({ q: `dora ${family}` })).users[0], disabled: true }])
    })

    await t.test('finds whoever has a name that falls into many signs', async (t) => {
      const { email } = await createUser(app, { name: 'ﷺ'.repeat(100) })
      t.equal((await list({ q: email })).users.length, 1)
      t.ok((await list({ q: 'ﷺ' })).users.length > 0)
      t.equal((await ask({ q: 'ﷺ'.repeat(100) })).statusCode, 200)
      t.equal((await ask({ q: 'x'.repeat(254) })).statusCode, 200)
    })

    const { nextCursor } = await list({ q: family, limit: '2' })
    for (const [query, path] of [
      ...['0', '101', '1000', '01', '1.0', '1e1', '-1', '+1', ' 1', '', 'ten', '0x10', '１'].map((limit) => [{ limit }, '/limit']),
      ['limit=5&limit=6', '/limit'],
      [{ q: 'x'.repeat(255) }, '/q'],
      [{ q: 'a\0' }, '/q'],
      ['q=ada&q=byron', '/q'],
      ...['root', '', 'Admin', 'admin '].map((role) => [{ role }, '/role']),
      ['role=admin&role=user', '/role'],
      ...['', 'nonsense', `${nextCursor}A`, `A${nextCursor}`, `${nextCursor?.slice(0, -6)}AAAAAA`].map((cursor) => [{ q: family, cursor }, '/cursor']),
      [{ cursor: nextCursor }, '/cursor']
    ] as Array<[Record<string, string> | string, string]>) {
      await t.test(`refuses ${JSON.stringify(query).slice(0, 80)} with 400 validation_failed`, async (t) => {
        const response = await ask(query)

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'validation_failed', errors: [{ path }] })
      })
    }

    await t.test('passes over what it does not know', async (t) => {
      t.equal((await ask({ sort: 'name', page: '2' })).statusCode, 200)
    })
  })
})
