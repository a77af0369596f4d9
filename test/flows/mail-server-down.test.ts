import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { startMailServer, untilDue, waiting } from '../helpers/outbox.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, uniqueEmail } from '../helpers/users.js'

const patient = { within: 60_000, every: 20 }

t.test('while the mail server is down', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const server = await startMailServer(t)
    const app = await startApp(t, stores, { SMTP_URL: server.url })
    const emails = Array.from({ length: 100 }, uniqueEmail)
    await server.stop()

    await t.test('a hundred people register', async (t) => {
      const accounts: unknown[] = []
      for (let at = 0; at < 100; at += 10) accounts.push(...await Promise.all(emails.slice(at, at + 10).map(async (email) => await createUser(app, { email }))))
      t.equal(accounts.length, 100)
      const mails = await eventually(() => waiting(app), (mails) => mails.length === 100 && mails.every(({ lastError }) => lastError !== null), patient)
      t.same(mails.map(({ email }) => email).sort(), [...emails].sort(), 'each has a mail that waits')
      t.ok(mails.every(({ givenUp }) => !givenUp))
    })

    await t.test('once it is back, each gets that mail, once, with a link that works', async (t) => {
      await server.start()
      await untilDue(app)
      await eventually(async () => (await waiting(app)).length === 0, Boolean, patient)
      t.same(server.received.map(({ to }) => to).sort(), [...emails].sort())
      const { statusCode } = await app.inject({ method: 'POST', url: '/api/auth/verify-email', payload: { token: server.received[99]?.token } })
      t.equal(statusCode, 200)
    })
  })
})
