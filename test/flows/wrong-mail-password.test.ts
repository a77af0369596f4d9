import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { insertUser, putOut, startMailServer, untilDue, waiting } from '../helpers/outbox.js'
import { forEveryStore } from '../helpers/stores.js'

const patient = { within: 10_000, every: 20 }
const rightPassword = 'lantern-gravel-orbit'
const wrongPassword = 'lantern-gravel-comet'

t.test('A wrong password for the mail server', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const server = await startMailServer(t, 'accepts', {
      authOptional: false,
      disabledCommands: [],
      onAuth ({ username, password }, _session, answer) {
        if (username === 'door' && password === rightPassword) answer(null, { user: username })
        else answer(Object.assign(new Error('authentication failed'), { responseCode: 535 }))
      }
    })
    const settings = (password: string) => ({ SMTP_URL: `${server.url.replace('//', `//door:${password}@`)}?tls.rejectUnauthorized=false` })
    const lines: string[] = []
    const app = await startApp(t, stores, settings(wrongPassword), { logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } })
    const logged = async (words: string) => JSON.parse(await eventually(() => lines.find((line) => line.includes(words)), Boolean, patient) ?? '{}')
    const tried = async (times: number) =>
      await eventually(() => waiting(app), (mails) => mails.some(({ attempts, waitSeconds }) => attempts === times && waitSeconds < 50), patient)
    const ada = await insertUser(app.sql)

    await t.test('loses no mail: it is tried again and again, and the log says why', async (t) => {
      await putOut(app, ada)
      t.match(await tried(1), [{ email: ada.email, lastError: /535/, givenUp: false }])
      t.match(await logged('a mail is sent later'), { level: 40, kind: 'password_changed', attempts: 1, error: /535/ })
      await untilDue(app)
      t.match(await tried(2), [{ email: ada.email, lastError: /535/, givenUp: false }])
    })

    await t.test('after days has a mail given up, which the log says and the row shows', async (t) => {
      await app.sql`update outbox set created_at = now() - interval '3 days'`
      await untilDue(app)
      t.match(await logged('a mail is given up'), { level: 50, kind: 'password_changed', attempts: 3, error: /535/ })
      t.match(await waiting(app), [{ email: ada.email, lastError: /535/, givenUp: true }])
    })

    await t.test('stands in no log', async (t) => {
      t.ok(lines.length > 0)
      t.same(lines.filter((line) => line.includes(wrongPassword) || line.includes(Buffer.from(wrongPassword).toString('base64'))), [])
    })

    await t.test('once it is the right one, has what still waits sent, each once', async (t) => {
      const grace = await insertUser(app.sql)
      await app.sql`insert into outbox (kind, user_id, email, due_at) values ('password_changed', ${grace.id}, ${grace.email}, now() + interval '1 hour')`
      await app.close()
      const next = await startApp(t, stores, settings(rightPassword))
      await untilDue(next)
      await eventually(async () => (await waiting(next)).filter(({ givenUp }) => !givenUp), ({ length }) => length === 0, patient)

      t.same(server.received.map(({ to }) => to), [grace.email])
    })
  })
})
