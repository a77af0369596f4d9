import { randomUUID } from 'node:crypto'
import t from 'tap'
import { signInAdmin } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'
import { createUser } from '../../helpers/users.js'

const noIds = ['1', 'me2', 'urn:uuid:0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11', '0b9e5f0a5b9c4b8e9d2c2f1f3a6f7c11', '0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c1g', '%00', "'", '{0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11}']

t.test('GET /api/users/:id', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const admin = await signInAdmin(app)
    const ada = await createUser(app)

    await t.test('answers with the User, disabled or not, and nothing else of it', async (t) => {
      const response = await admin.ask('GET', `/api/users/${ada.id}`)

      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'no-store')
      const { status, data: { user: { createdAt, updatedAt, ...user }, ...rest } } = response.json()
      t.same([status, rest], ['success', {}])
      t.same(user, { id: ada.id, name: ada.name, email: ada.email, role: 'user', photo: 'default.png', verified: false, disabled: false })
      t.equal(new Date(createdAt).toISOString(), createdAt)
      t.equal(new Date(updatedAt).toISOString(), updatedAt)
    })

    await t.test('takes an id in capitals for the same', async (t) => {
      t.equal((await admin.ask('GET', `/api/users/${ada.id.toUpperCase()}`)).json().data.user.id, ada.id)
    })

    await t.test('asks Postgres, and no copy', async (t) => {
      await app.sql`update users set name = 'Augusta' where id = ${ada.id}`

      t.equal((await admin.ask('GET', `/api/users/${ada.id}`)).json().data.user.name, 'Augusta')
    })

    for (const id of [randomUUID(), ...noIds]) {
      await t.test(`answers 404 not_found to an id of nobody: ${id}`, async (t) => {
        const response = await admin.ask('GET', `/api/users/${id}`)

        t.equal(response.statusCode, 404)
        t.match(response.json(), { status: 'fail', code: 'not_found' })
      })
    }
  })
})
