import { randomUUID } from 'node:crypto'
import t from 'tap'
import { EmailTaken } from '../../../src/errors.js'
import { eventsAbout } from '../../helpers/administrators.js'
import { startApp } from '../../helpers/app.js'
import { createUser, logIn, rowOf, signedIn } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'

const actor = { by: 'a test' }
const newcomer = () => ({ name: 'Ada', email: `${randomUUID()}@example.com`, passwordHash: 'a hash of no less than twenty signs', role: 'admin' as const })

t.test('the store of users, for those who look after others', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const { users, sql } = app
    const liveOnes = async (userId: string) => (await sql`select from sessions where user_id = ${userId} and ended_at is null`).length

    await t.test('opens accounts, and puts no mail out', async (t) => {
      const ada = newcomer()
      const { id, createdAt, updatedAt, ...record } = await users.create(ada, actor)

      t.same(record, { name: ada.name, email: ada.email, role: 'admin', photo: 'default.png', verified: false, disabled: false, version: 1 })
      t.match(await users.credentialsOf(ada.email), { id, passwordHash: ada.passwordHash, passwordVersion: 1 })
      t.same(await eventsAbout(app, id), [{ type: 'user.registered', detail: { by: 'a test', role: 'admin' }, ip: null }])
      t.equal((await sql`select from outbox where user_id = ${id}`).length, 0)
      t.ok(updatedAt >= createdAt)
    })

    await t.test('refuses an address that is taken, and notes nothing then', async (t) => {
      const ada = newcomer()
      const { id } = await users.create(ada, actor)
      await t.rejects(users.create({ ...newcomer(), email: ada.email }, actor), EmailTaken)
      t.equal((await eventsAbout(app, id)).length, 1)
    })

    await t.test('every change raises the version and the time of it, so that every node hears', async (t) => {
      const { id } = await users.create(newcomer(), actor)
      for (const [version, wanted] of [[2, { name: 'Augusta' }], [3, { role: 'user' }], [4, { disabled: true }], [5, { disabled: false }]] as const) {
        const before = await users.find(id)
        await users.create(newcomer(), actor)
        const { user, changed } = await users.administer(id, wanted, actor) ?? {}
        t.match({ user, changed }, { user: { version, ...wanted }, changed: true })
        t.ok(user !== undefined && before !== undefined && user.updatedAt >= before.updatedAt)
        t.same(await users.find(id), user)
      }
    })

    await t.test('what changes nothing raises nothing, and ends nothing', async (t) => {
      const { id, sessionId } = await signedIn(app)
      const before = await users.find(id)
      t.same(await users.administer(id, { name: 'Ada', role: 'user', disabled: false }, actor), { user: before, changed: false, ended: [] })
      t.match(await rowOf(app, sessionId), { endedBecause: null })
    })

    await t.test('gives nothing for somebody who is not there', async (t) => {
      for (const wanted of [{}, { role: 'user' as const }, { disabled: true }]) t.equal(await users.administer(randomUUID(), wanted, actor), undefined)
      t.equal(await users.endSessionsBy(actor, randomUUID()), undefined)
    })

    await t.test('disabling names the sessions it ended, and enabling once more ends none', async (t) => {
      const { id, sessionId } = await signedIn(app)
      t.same((await users.administer(id, { disabled: true }, actor))?.ended, [sessionId])
      t.match(await rowOf(app, sessionId), { endedBecause: 'user_disabled' })
      t.same((await users.administer(id, { disabled: true, name: 'Augusta' }, actor))?.ended, [])
      t.same((await users.administer(id, { disabled: false }, actor))?.ended, [])
    })

    await t.test('ends all sessions of somebody else, and the account stays open', async (t) => {
      const { id, sessionId } = await signedIn(app)
      t.same(await users.endSessionsBy(actor, id), [sessionId])
      t.match(await rowOf(app, sessionId), { endedBecause: 'revoked' })
      t.same(await users.endSessionsBy(actor, id), [])
      t.match(await users.find(id), { disabled: false, version: 1 })
    })

    await t.test('a change that is refused leaves everything as it was', async (t) => {
      const { id, sessionId } = await signedIn(app)
      await t.rejects(users.administer(id, { name: '', disabled: true }, actor), { code: '23514' })
      t.match(await users.find(id), { name: 'Ada', disabled: false })
      t.match(await rowOf(app, sessionId), { endedBecause: null })
      t.same(await eventsAbout(app, id, 'user.disabled', 'user.updated', 'session.ended'), [])
    })

    for (const [title, end] of [
      ['disabling', async (id: string) => await users.administer(id, { disabled: true }, actor)],
      ['deleting', async (id: string) => await users.remove(id, { ip: '192.0.2.1', userAgent: null })]
    ] as const) {
      await t.test(`${title} ends those sessions too that are being opened, or leaves them unopened`, async (t) => {
        for (let round = 0; round < 5; round++) {
          const user = await createUser(app)
          const logins = Array.from({ length: 6 }, async () => await logIn(app, user))
          await Promise.race(logins)
          await end(user.id)
          const answers = await Promise.all(logins)

          t.equal(await liveOnes(user.id), 0)
          t.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 401))
        }
      })
    }

    await t.test('two changes at once both hold', async (t) => {
      const { id } = await users.create(newcomer(), actor)
      await users.create(newcomer(), actor)
      await Promise.all([users.administer(id, { name: 'Augusta' }, actor), users.administer(id, { role: 'user' }, actor), users.administer(id, { disabled: true }, actor)])
      t.match(await users.find(id), { name: 'Augusta', role: 'user', disabled: true, version: 4 })
    })
  })
})
