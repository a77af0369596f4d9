import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { endResets, findEmailToken } from '../../src/store/email-tokens.js'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { insertUser, mailTo, putOut, startMailServer, untilDue, waiting } from '../helpers/outbox.js'
import { forEveryStore } from '../helpers/stores.js'

const patient = { within: 10_000 }

/** A log at its most talkative, kept. */
function listen () {
  const lines: string[] = []
  return { lines, logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } }
}

t.test('The mailer', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const server = await startMailServer(t)
    const { lines, logger } = listen()
    const settings = { SMTP_URL: server.url, APP_URL: 'https://app.example.com', MAIL_FROM: 'Door <door@example.com>' }
    const app = await startApp(t, stores, settings, { logger })
    const { sql } = app
    const told = async (words: string) => await eventually(() => lines.find((line) => line.includes(words)), Boolean, patient) ?? ''
    const allSent = async (by = app) => await eventually(async () => (await waiting(by)).length === 0, Boolean, patient)
    const mailsTo = ({ email }: { email: string }) => server.received.filter(({ to }) => to === email)
    const changePassword = async ({ id }: { id: string }) => await sql.begin(async (tx) => {
      await tx`select from users where id = ${id} for no key update`
      await endResets(tx, id)
    })

    await t.test('sends what was put out, soon, and forgets it', async (t) => {
      const ada = await insertUser(sql)
      await putOut(app, ada, 'verify_email')
      await allSent()

      const [mail] = mailsTo(ada)
      t.match(mail, { subject: 'Confirm your email address for app.example.com' })
      t.match(mail?.headers.get('from'), { text: '"Door" <door@example.com>' })
      t.match(mail?.text, `https://app.example.com/verify-email?token=${mail?.token}\n`)
      t.same(await findEmailToken(sql, 'verify', mail?.token ?? ''), { userId: ada.id, email: ada.email })
      t.same(await sql`select type, user_id, detail from events where user_id = ${ada.id}`, [{ type: 'email.verification_sent', userId: ada.id, detail: {} }])
      t.same(await readdir(join(app.config.dataDir, 'mail')).catch(() => []), [], 'it is no file')
    })

    await t.test('says in a notice who did it when, and to whom', async (t) => {
      const ada = await insertUser(sql)
      await sql`update users set verified_at = now() where id = ${ada.id}`
      await putOut(app, ada, 'email_changed', { ip: '198.51.100.7', newEmail: 'ada@new.example' })
      await allSent()
      const [{ text } = { text: '' }] = mailsTo(ada)
      t.match(text, /^Hello Ada Lovelace,\n/)
      t.match(text, 'ada@new.example')
      t.match(text, /on \d+ \w+ \d{4} at \d\d:\d\d UTC, from 198\.51\.100\.7/)
    })

    await t.test('logs no link, also when the server that refuses it quotes it', async (t) => {
      server.mode = 'quotes'
      const ada = await insertUser(sql)
      await putOut(app, ada, 'reset_password')
      t.match(JSON.parse(await told('a mail is sent later')), { kind: 'reset_password', attempts: 1, error: /554 no mail with such a link/ })
      const [{ lastError } = { lastError: '' }] = await waiting(app)
      server.mode = 'accepts'
      await untilDue(app)
      await allSent()

      const [refused = '', sent = ''] = server.tokens().slice(-2)
      t.match([refused, sent], [/^[\w-]{43}$/, /^[\w-]{43}$/])
      for (const token of [refused, sent]) {
        t.notMatch(lines.join(''), token)
        t.notMatch(lastError, token)
      }
    })

    await t.test('tries again after growing waits when the server refuses, and sends once it accepts', async (t) => {
      server.mode = 'refuses'
      const ada = await insertUser(sql)
      await putOut(app, ada, 'verify_email')
      for (const [attempts, wait] of [[1, 5], [2, 10], [3, 20]] as const) {
        const [mail] = await eventually(() => waiting(app), ([mail]) => mail?.attempts === attempts && mail.lastError !== null && mail.waitSeconds < 50, patient)
        t.match(mail, { lastError: /550 no such mailbox here/, givenUp: false })
        t.ok((mail?.waitSeconds ?? 0) > wait * 0.7 - 1 && (mail?.waitSeconds ?? 99) <= wait * 1.25, `${mail?.waitSeconds} after ${attempts}`)
        await sql`update outbox set last_error = null`
        if (attempts === 3) server.mode = 'accepts'
        await untilDue(app)
      }
      await allSent()
      t.equal(mailsTo(ada).length, 1)
      t.match(mailsTo(ada)[0]?.headers.get('message-id'), /^<\d+\.4@example\.com>$/, 'by which it can be told from the first')
      t.equal((await sql`select from events where user_id = ${ada.id}`).count, 1, 'sent is noted once')
    })

    await t.test('gives up after days, and says so', async (t) => {
      server.mode = 'refuses'
      const { id, email } = await insertUser(sql)
      await sql`insert into outbox (kind, user_id, email, created_at, attempts) values ('password_changed', ${id}, ${email}, now() - interval '3 days', 60)`
      app.mail.wake()
      t.match(JSON.parse(await told('a mail is given up')), { level: 50, kind: 'password_changed', attempts: 61, error: /550/ })
      t.match(await waiting(app), [{ email, givenUp: true }])
      await sql`delete from outbox`
      server.mode = 'accepts'
    })

    await t.test('takes back a mail that resets the password when that changes before, and its link when it changes meanwhile', async (t) => {
      server.mode = 'holds'
      const [before, meanwhile] = [await insertUser(sql), await insertUser(sql)]
      await putOut(app, meanwhile, 'reset_password')
      await eventually(() => server.held() === 1, Boolean, patient)
      await changePassword(meanwhile)
      await putOut(app, before, 'reset_password')
      await changePassword(before)
      server.release()

      await eventually(() => mailsTo(meanwhile).length === 1, Boolean, patient)
      await allSent()
      t.same(mailsTo(before), [])
      t.equal(await findEmailToken(sql, 'reset', mailsTo(meanwhile)[0]?.token ?? ''), undefined)
    })

    await t.test('sends nothing to an address that nobody has, nor a link to one that its user has no more', async (t) => {
      const { id } = await insertUser(sql)
      await sql`insert into outbox (kind, user_id, email) values ('reset_password', null, 'nobody@example.com'), ('verify_email', ${id}, 'former@example.com')`
      app.mail.wake()
      await allSent()
      t.same(server.recipients().filter((address) => /^(nobody|former)@/.test(address)), [])
    })

    await t.test('goes on when the store is back', async (t) => {
      const ada = await insertUser(sql)
      await sql`alter table outbox rename to outbox_away`
      app.mail.wake()
      await told('mails are sent later')
      await sql`alter table outbox_away rename to outbox`
      await putOut(app, ada)
      await allSent()
      t.equal(mailsTo(ada).length, 1)
    })

    await t.test('lets no answer wait for a server that hangs, nor the stop, and what it leaves is sent after the next start', async (t) => {
      server.mode = 'hangs'
      const ada = await insertUser(sql)
      await putOut(app, ada)
      await eventually(async () => (await waiting(app))[0]?.attempts === 1, Boolean, patient)
      const answers = await Promise.all(Array.from({ length: 20 }, async () => {
        const begun = performance.now()
        await putOut(app, ada)
        const { statusCode } = await app.inject('/health/ready')
        return { statusCode, slow: performance.now() - begun > 2_000 }
      }))
      t.same(answers.filter(({ statusCode, slow }) => statusCode !== 200 || slow), [])
      const begun = performance.now()
      await app.close()
      t.ok(performance.now() - begun < 4_500, 'it breaks off what takes too long')

      server.mode = 'accepts'
      const next = await startApp(t, stores, settings)
      await eventually(() => mailsTo(ada).length >= 10, Boolean, patient)
      await untilDue(next)
      await allSent(next)
      t.equal(mailsTo(ada).length, 21, 'each once')
    })

    await t.test('finishes what it is sending before it stops', async (t) => {
      server.mode = 'holds'
      const stopping = await startApp(t, stores, settings)
      const ada = await insertUser(stopping.sql)
      await putOut(stopping, ada)
      await eventually(() => server.held() === 1, Boolean, patient)
      const closing = stopping.close()
      server.release()
      await closing

      const next = await startApp(t, stores)
      t.same(await waiting(next), [], 'and it is not sent again')
      t.equal(mailsTo(ada).length, 1)
    })

    await t.test('without SMTP_URL writes files, and each link into the log', async (t) => {
      const { lines, logger } = listen()
      const app = await startApp(t, stores, {}, { logger })
      const ada = await insertUser(app.sql)
      await putOut(app, ada, 'reset_password')
      const { token, text } = await mailTo(app, ada.email)
      t.ok(await findEmailToken(app.sql, 'reset', token))
      t.match(text, `http://localhost:8000/reset-password?token=${token}`)
      await allSent(app)
      const line = lines.find((line) => line.includes('mail written')) ?? ''
      t.match(JSON.parse(line), { kind: 'reset_password', file: /\.eml$/, link: `http://localhost:8000/reset-password?token=${token}` })
    })

    await t.test('without SMTP_URL in production writes files, no link into the log, and a warning', { skip: stores.name === 'embedded' }, async (t) => {
      const { lines, logger } = listen()
      const app = await startApp(t, stores, { NODE_ENV: 'production', PUBLIC_URL: 'https://auth.example.com' }, { logger })
      const ada = await insertUser(app.sql)
      await putOut(app, ada, 'reset_password')
      const { token } = await mailTo(app, ada.email)
      await allSent(app)
      t.notMatch(lines.join(''), token)
      t.notMatch(lines.find((line) => line.includes('mail written')), '"link"')
      t.ok(lines.some((line) => line.includes('SMTP_URL is not set: mails are written into files')))
    })
  })
})
