import t from 'tap'
import { eventually } from '../helpers/eventually.js'
import { login, newAddress, open, startLimited, times } from '../helpers/limits.js'
import { forEveryStore } from '../helpers/stores.js'
import { uniqueEmail } from '../helpers/users.js'

interface Row { type: string, userId: string | null, userAgent: string, detail: object }

t.test('the events of POST /api/auth/login', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)
    const eventsFrom = async (ip: string, count: number) => await eventually(
      async () => [...await app.sql<Row[]>`select type, user_id, user_agent, detail from events where ip = ${ip} order by at, id`],
      ({ length }) => length >= count
    )

    await t.test('say who failed and why, and who succeeded', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      await login(app, ada, 'not her password', from)
      await eventsFrom(from, 1)
      await login(app, ada, ada.password, from)
      await app.sql`update users set disabled_at = now(), updated_at = now(), version = version + 1 where id = ${ada.id}`
      await login(app, ada, ada.password, from)

      t.same((await eventsFrom(from, 3)).map(({ type, userId, detail }) => ({ type, userId, detail })), [
        { type: 'login.failed', userId: ada.id, detail: { because: 'wrong_password' } },
        { type: 'login.succeeded', userId: ada.id, detail: {} },
        { type: 'login.failed', userId: ada.id, detail: { because: 'disabled' } }
      ])
    })

    await t.test('keep nothing of an address that no account has, nor of a password', async (t) => {
      const from = newAddress()
      await login(app, { email: uniqueEmail() }, 'not her password', from)
      t.same(await eventsFrom(from, 1), [{ type: 'login.failed', userId: null, userAgent: 'lightMyRequest', detail: { because: 'unknown_email' } }])
    })

    await t.test('say whose account somebody is kept from', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      await times(13, async () => await login(app, ada, 'not her password', from))

      const throttled = (await eventsFrom(from, 11)).filter(({ type }) => type === 'login.throttled')
      t.equal(throttled.reduce((sum, { detail }) => sum + (detail as { times: number }).times, 0), 3)
      t.same(new Set(throttled.map(({ userId }) => userId)), new Set([ada.id]))
    })

    await t.test('tell of a password that changed while it was verified', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      const { verify } = app.passwords
      t.intercept(app.passwords, 'verify', {
        async value (password: string, stored: string | undefined) {
          const matches = await verify(password, stored)
          await app.sql`update users set password_version = password_version + 1 where id = ${ada.id}`
          return matches
        }
      })
      t.equal((await login(app, ada, ada.password, from)).statusCode, 401)
      t.match(await eventsFrom(from, 1), [{ type: 'login.failed', userId: ada.id, detail: { because: 'changed_meanwhile' } }])
    })
  })
})
