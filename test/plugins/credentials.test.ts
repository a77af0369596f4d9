import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { newAddress, open, startLimited, times } from '../helpers/limits.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, uniqueEmail } from '../helpers/users.js'

const from = { ip: '198.51.100.7', userAgent: 'a test' }

t.test('app.verifyOwnPassword', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const ada = await createUser(app)

    await t.test('gives the credentials of whoever knows the password', async (t) => {
      t.match(await app.verifyOwnPassword(ada, ada.password, from), { id: ada.id, passwordVersion: 1 })
    })

    await t.test('refuses another password', async (t) => {
      await t.rejects(app.verifyOwnPassword(ada, 'not her password', from), { code: 'wrong_password' })
    })

    await t.test('leaves the event login.failed of a wrong one', async (t) => {
      const eve = await createUser(app)
      await t.rejects(app.verifyOwnPassword(eve, 'not her password', from))
      const events = async () => await app.sql`select type, ip, user_agent, detail from events where user_id = ${eve.id} and type = 'login.failed'`
      const [event] = await eventually(events, ({ length }) => length === 1)

      t.same(event, { type: 'login.failed', ...from, detail: { because: 'wrong_password' } })
    })

    await t.test('asks for the user, not for whoever has the address by now', async (t) => {
      const eve = await createUser(app, { password: 'a password of her own' })
      await t.rejects(app.verifyOwnPassword({ id: ada.id, email: eve.email }, eve.password, from), { code: 'wrong_password' })
      t.match(await app.verifyOwnPassword({ id: ada.id, email: eve.email }, ada.password, from), { id: ada.id })
    })

    await t.test('refuses the token of a user who is gone or disabled', async (t) => {
      const gone = await createUser(app)
      await app.sql`update users set disabled_at = now() where id = ${gone.id}`

      await t.rejects(app.verifyOwnPassword(gone, gone.password, from), { code: 'token_invalid' })
      await t.rejects(app.verifyOwnPassword({ id: randomUUID(), email: uniqueEmail() }, ada.password, from), { code: 'token_invalid' })
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const { app, clock } = await startLimited(t, stores)

    await t.test('counts its failures as those of a login, and then says too_many_requests for a while', async (t) => {
      const [ada, from] = [await open(app), { ip: newAddress(), userAgent: null }]
      for (let round = 0; round < 2; round++) {
        await times(9, async () => await t.rejects(app.verifyOwnPassword(ada, 'not her password', from), { code: 'wrong_password' }))
        await app.verifyOwnPassword(ada, ada.password, from)
      }
      await times(10, async () => t.equal(await app.verifyCredentials(ada.email, 'not her password', from), undefined))

      await t.rejects(app.verifyOwnPassword(ada, ada.password, from), { code: 'too_many_requests' })
      if (stores.name === 'embedded') {
        clock.ahead += 1000
        await t.resolves(app.verifyOwnPassword(ada, ada.password, from))
      }
    })

    await t.test('does not count what it could not judge', async (t) => {
      const [ada, from] = [await open(app), { ip: newAddress(), userAgent: null }]
      await app.sql`update users set disabled_at = now() where id = ${ada.id}`
      await times(12, async () => await t.rejects(app.verifyOwnPassword(ada, ada.password, from), { code: 'token_invalid' }))
    })
  })
})
