import { randomUUID } from 'node:crypto'
import t from 'tap'
import { EmailTaken } from '../../../src/errors.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'

const somewhere = { ip: '192.0.2.1', userAgent: 'a test' }
const hash = 'a hash of no less than twenty signs'
const newcomer = () => ({ name: 'Ada Lovelace', email: `${randomUUID()}@example.com`, passwordHash: hash })

t.test('the store of users', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { users, sql } = await startApp(t, stores)

    await t.test('registers somebody who may do nothing special, and holds nothing of the password in the record', async (t) => {
      const ada = newcomer()
      const { id, createdAt, updatedAt, ...record } = await users.register(ada, somewhere)

      t.same(record, { name: ada.name, email: ada.email, role: 'user', photo: 'default.png', verified: false, disabled: false, version: 1 })
      t.match(createdAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      t.equal(updatedAt, createdAt)
      t.same(await users.find(id), { id, createdAt, updatedAt, ...record })
    })

    await t.test('notes who registered from where', async (t) => {
      const { id } = await users.register(newcomer(), somewhere)
      const events = await sql`select type, ip, user_agent from events where user_id = ${id}`
      t.match([...events], [{ type: 'user.registered', userAgent: 'a test' }])
      t.match(String(events[0]?.ip), /^192\.0\.2\.1/)
    })

    await t.test('refuses an email address that is taken, and notes nothing then', async (t) => {
      const ada = newcomer()
      const { id } = await users.register(ada, somewhere)
      await t.rejects(users.register({ ...newcomer(), email: ada.email }, somewhere), EmailTaken)
      t.equal((await users.credentialsOf(ada.email))?.id, id)
      t.equal((await sql`select from events where user_id = ${id}`).length, 1)
    })

    await t.test('of ten who take one address at once lets one in', async (t) => {
      const ada = newcomer()
      const answers = await Promise.allSettled(Array.from({ length: 10 }, () => users.register(ada, somewhere)))
      t.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const answer of answers) if (answer.status === 'rejected') t.type(answer.reason, EmailTaken)
    })

    await t.test('passes on what else goes wrong', async (t) => {
      await t.rejects(users.register({ ...newcomer(), name: '' }, somewhere), { code: '23514' })
    })

    await t.test('knows credentials by the address, and nobody by another', async (t) => {
      const ada = newcomer()
      const { id } = await users.register(ada, somewhere)
      t.same(await users.credentialsOf(ada.email), { id, ...ada, role: 'user', passwordVersion: 1, disabled: false })
      t.equal(await users.credentialsOf('nobody@example.com'), undefined)
      t.equal(await users.find(randomUUID()), undefined)
    })

    await t.test('tells who is disabled and who is verified', async (t) => {
      const ada = newcomer()
      const { id } = await users.register(ada, somewhere)
      await sql`update users set disabled_at = now(), verified_at = now() where id = ${id}`
      t.match(await users.find(id), { disabled: true, verified: true })
      t.match(await users.credentialsOf(ada.email), { disabled: true })
    })

    await t.test('renews a hash of the same password, which changes nothing else of the user', async (t) => {
      const ada = newcomer()
      const before = await users.register(ada, somewhere)
      const credentials = await users.credentialsOf(ada.email)
      if (credentials === undefined) throw new Error('nobody registered')
      await users.rehash(credentials, `${hash}, a stronger one`)
      t.match(await users.credentialsOf(ada.email), { passwordHash: `${hash}, a stronger one`, passwordVersion: 1 })
      t.same(await users.find(before.id), before)

      await sql`update users set password_hash = ${`${hash} of another password`}, password_version = 2 where id = ${before.id}`
      await users.rehash(credentials, `${hash} of the old password`)
      t.match(await users.credentialsOf(ada.email), { passwordHash: `${hash} of another password` }, 'a password that changed meanwhile stays')
    })
  })
})
