import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { ToldUser } from '../../../src/lib/user-lines.js'
import { createTransfer } from '../../../src/store/users/transfer.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { uniqueEmail } from '../../helpers/users.js'

const someone = (fields: Partial<ToldUser> = {}): ToldUser => ({
  id: randomUUID(),
  email: uniqueEmail(),
  name: 'Ada Lovelace',
  role: 'user',
  photo: 'default.png',
  verified: false,
  disabled: false,
  createdAt: '2020-02-29T12:34:56.123456Z',
  passwordHash: 'a hash of no less than twenty signs',
  ...fields
})

t.test('users who are brought in', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const { bring, all } = createTransfer(app.sql)
    const everybody = async (limit?: number) => {
      const users = new Map<string, ToldUser>()
      for await (const page of all(limit)) for (const user of page) users.set(user.id, user)
      return users
    }

    await t.test('are as they were told of, to the letter', async (t) => {
      const told = [
        someone(),
        someone({ name: 'a "quoted" name, with {braces}, \\ and \'', role: 'admin', photo: 'https://example.com/a,b.jpg' }),
        someone({ name: 'null', verified: true }),
        someone({ name: 'two\nlines\tand 🙂', disabled: true })
      ]
      t.same(await bring(told), told.map(() => 'added'))
      const there = await everybody()
      for (const user of told) t.same(there.get(user.id), user)
    })

    await t.test('can log in, and are known to this moment', async (t) => {
      const user = someone({ createdAt: null, passwordHash: await app.passwords.hash('a quiet harbour at dawn') })
      await bring([user])
      const { statusCode } = await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: user.email, password: 'a quiet harbour at dawn' } })
      t.equal(statusCode, 200)
      const record = await app.users.find(user.id)
      t.ok(Math.abs(Date.parse(record?.createdAt ?? '') - Date.now()) < 60_000)
      t.equal(record?.version, 1)
    })

    await t.test('were not opened after they came, whatever their clock said', async (t) => {
      const user = someone({ createdAt: new Date(Date.now() + 60_000).toISOString() })
      t.same(await bring([user]), ['added'])
      t.ok(Date.parse((await app.users.find(user.id))?.createdAt ?? '') < Date.now() + 30_000)
    })

    await t.test('are passed over when the address is there, and change nothing of it', async (t) => {
      const user = someone()
      await bring([user])
      const stranger = someone()
      t.same(await bring([someone({ email: user.email, name: 'Somebody else', role: 'admin' }), stranger]), ['there', 'added'])
      t.same(await bring([user]), ['same'])
      t.same((await everybody()).get(user.id), user)
    })

    await t.test('are told of when the id is another\'s', async (t) => {
      const user = someone()
      await bring([user])
      t.same(await bring([someone({ id: user.id })]), ['id_taken'])
      const id = randomUUID()
      t.same((await bring([someone({ id }), someone({ id })])).sort(), ['added', 'id_taken'], 'and when two come with it at once')
    })

    await t.test('come in once when two bring the same at once', async (t) => {
      const told = Array.from({ length: 300 }, () => someone())
      const [one = [], other = []] = await Promise.all([bring(told), bring([...told].reverse()).then((brought) => brought.reverse())])
      for (const at of told.keys()) t.same([one[at], other[at]].sort(), ['added', 'same'])
    })

    await t.test('come in all or none', async (t) => {
      const good = someone()
      await t.rejects(bring([good, someone({ name: '' })]), { code: '23514' })
      t.equal(await app.users.find(good.id), undefined)
    })

    await t.test('are given in pages, each once, however long a page is', async (t) => {
      const there = await everybody(1000)
      for (const limit of [1, 7]) t.same(await everybody(limit), there)
      t.ok(there.size > 300)
    })
  })
})
