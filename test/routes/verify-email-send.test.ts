import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { startApp } from '../helpers/app.js'
import { newAddress, open, startLimited, times } from '../helpers/limits.js'
import { mailsSentTo } from '../helpers/outbox.js'
import { verifyEmail, verifyToken } from '../helpers/recovery.js'
import { forEveryStore } from '../helpers/stores.js'
import { bearer, createUser, signIn } from '../helpers/users.js'

const send = async (app: FastifyInstance, accessToken: string, remoteAddress = '127.0.0.1') =>
  await app.inject({ method: 'POST', url: '/api/auth/verify-email/send', headers: bearer(accessToken), remoteAddress })

t.test('POST /api/auth/verify-email/send', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    await t.test('answers 202 and mails the account another token, which verifies', async (t) => {
      const ada = await createUser(app)
      const elder = await verifyToken(app, ada)
      const response = await send(app, (await signIn(app, ada)).accessToken)

      t.equal(response.statusCode, 202)
      t.same(response.json(), { status: 'success' })
      const token = await verifyToken(app, ada)
      t.not(token, elder)
      t.equal((await verifyEmail(app, token)).statusCode, 200)
    })

    await t.test('answers a verified account 202 and mails it nothing', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      await verifyEmail(app, await verifyToken(app, ada))
      const before = (await mailsSentTo(app, ada.email)).length

      t.equal((await send(app, accessToken)).statusCode, 202)
      t.equal((await mailsSentTo(app, ada.email)).length, before)
    })

    await t.test('mails nothing either when another node has verified the account and this one has not heard of it', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      await app.sql`update users set verified_at = now() where id = ${ada.id}`
      const before = (await mailsSentTo(app, ada.email)).length

      t.equal((await send(app, accessToken)).statusCode, 202)
      t.equal((await mailsSentTo(app, ada.email)).length, before)
    })

    await t.test('leaves the event email.verification_sent once the mail has gone', async (t) => {
      const ada = await createUser(app)
      await verifyToken(app, ada)
      await send(app, (await signIn(app, ada)).accessToken)
      await verifyToken(app, ada)

      t.equal((await app.sql`select from events where type = 'email.verification_sent' and user_id = ${ada.id}`).length, 2)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)

    await t.test('drops in silence what an address is mailed more than 5 times an hour', async (t) => {
      const ada = await open(app)
      const { accessToken } = await signIn(app, ada, 'body', { remoteAddress: newAddress() })
      await mailsSentTo(app, ada.email)
      const mailed: number[] = []
      for (let time = 1; time <= 7; time++) {
        t.equal((await send(app, accessToken, newAddress())).statusCode, 202)
        mailed.push((await mailsSentTo(app, ada.email)).length - 1)
      }
      t.same(mailed, [1, 2, 3, 4, 5, 5, 5])
    })

    await t.test('answers a caller\'s 21st request in an hour with 429 too_many_requests and Retry-After', async (t) => {
      const from = newAddress()
      const { accessToken } = await signIn(app, await open(app), 'body', { remoteAddress: newAddress() })
      const answers = await times(20, async () => await send(app, accessToken, from))
      t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([202]))

      const refusal = await send(app, accessToken, from)
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { status: 'fail', code: 'too_many_requests' })
      t.ok(Number(refusal.headers['retry-after']) > 3500)
      t.equal((await send(app, accessToken, newAddress())).statusCode, 202)
    })
  })
})
