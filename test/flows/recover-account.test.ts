import { Writable } from 'node:stream'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import { logOptions } from '../../src/log.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { startMailServer, waiting, type ReceivedMail } from '../helpers/outbox.js'
import { forgetPassword, isLinkInvalid, resetPassword, verifyEmail } from '../helpers/recovery.js'
import { refreshWith } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, createUser, signIn } from '../helpers/users.js'

function talkativeLog () {
  const lines: string[] = []
  const stream = new Writable({ write (chunk, _encoding, done) { lines.push(String(chunk)); done() } })
  const { transport, ...options } = { transport: undefined, ...logOptions(readConfig({ LOG_LEVEL: 'trace' })) }
  return { lines, logger: { ...options, level: 'trace', stream } }
}

t.test('An account is recovered by mail', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const server = await startMailServer(t)
    const log = talkativeLog()
    const app = await startApp(t, stores, { SMTP_URL: server.url, APP_URL: 'https://app.example.com' }, { logger: log.logger })
    const [forgotten, chosen] = ['a quiet harbour at dawn', 'a loud harbour at noon']
    const ada = await createUser(app, { password: forgotten })
    const login = async (password: string) => await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: ada.email, password } })
    const received = async (about: RegExp) =>
      await eventually(() => server.received.find(({ to, subject }) => to === ada.email && about.test(subject)), Boolean, { within: 10_000 }) as ReceivedMail
    const secrets = [forgotten, chosen]

    const devices = [await signIn(app, ada), await signIn(app, ada, 'body')]

    await t.test('by the link of the first mail the address is verified', async (t) => {
      const { text, html, token } = await received(/Confirm/)
      secrets.push(token)
      t.match(text, `https://app.example.com/verify-email?token=${token}`)
      t.match(html, `https://app.example.com/verify-email?token=${token}`)

      t.match((await verifyEmail(app, token)).json().data.user, { id: ada.id, verified: true })
    })

    await t.test('by the link of the second another password is chosen', async (t) => {
      t.equal((await forgetPassword(app, ada.email)).statusCode, 202)
      const { text, token } = await received(/new password/)
      secrets.push(token)
      t.match(text, `https://app.example.com/reset-password?token=${token}`)

      t.equal((await resetPassword(app, token, chosen)).statusCode, 200)
      isLinkInvalid(t, await resetPassword(app, token, 'a harbour that a thief chooses'))
    })

    await t.test('every session from before is refused, on every way', async (t) => {
      for (const { accessToken, refreshToken } of devices) {
        t.equal((await askWho(app, accessToken)).statusCode, 401)
        t.equal((await refreshWith(app, refreshToken)).statusCode, 401)
      }
    })

    await t.test('only the new password signs in', async (t) => {
      t.equal((await login(forgotten)).statusCode, 401)
      const response = await login(chosen)
      t.match((await askWho(app, response.json().access_token)).json().data.user, { id: ada.id, verified: true })
    })

    await t.test('the third mail tells of it, and there is no fourth', async (t) => {
      const { text, token } = await received(/password .* was changed/)

      t.match(text, /127\.0\.0\.1/)
      t.equal(token, '')
      await eventually(() => waiting(app), (mails) => mails.every(({ email }) => email !== ada.email))
      t.equal(server.received.filter(({ to }) => to === ada.email).length, 3)
    })

    await t.test('the events tell the story', async (t) => {
      const told = async () => [...await app.sql<{ type: string }[]>`select type from events where user_id = ${ada.id} order by at, id`]
      const events = await eventually(told, (events) => events.some(({ type }) => type === 'password.reset_requested'), { within: 10_000, every: 20 })
      const story = ['user.registered', 'login.succeeded', 'email.verified', 'password.reset_requested', 'session.ended', 'password.reset']

      t.same([...new Set(events.map(({ type }) => type))].filter((type) => story.includes(type)), story)
    })

    await t.test('no log names a password or a secret of a mail', async (t) => {
      t.ok(log.lines.length > 10)
      t.same(secrets.filter((secret) => log.lines.some((line) => line.includes(secret))), [])
    })
  })
})
