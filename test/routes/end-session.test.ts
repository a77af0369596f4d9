import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import type { LightMyRequestResponse } from 'fastify'
import { startApp } from '../helpers/app.js'
import { clearsCookies, cookie, cookieLines } from '../helpers/cookies.js'
import { isTokenInvalid } from '../helpers/refusals.js'
import { claimsOf, refreshWith, somewhere } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { passTime } from '../helpers/time.js'
import { askWho, bearer, createUser, signIn, type SignedIn } from '../helpers/users.js'

const sidOf = ({ accessToken }: SignedIn) => claimsOf(accessToken).sid

function isNotFound (t: Test, response: LightMyRequestResponse) {
  t.equal(response.statusCode, 404)
  t.match(response.json(), { status: 'fail', code: 'not_found' })
  t.equal(response.headers['set-cookie'], undefined)
}

t.test('DELETE /api/sessions/:id', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const account = await createUser(app)
    const ada = await signIn(app, account)
    const end = async (id: string, { accessToken }: SignedIn = ada) => await app.inject({ method: 'DELETE', url: `/api/sessions/${id}`, headers: bearer(accessToken) })
    const isOver = async ({ accessToken }: SignedIn) => (await askWho(app, accessToken)).statusCode === 401

    await t.test('ends another session of one\'s own, with both its tokens, and answers 204 with nothing', async (t) => {
      const [phone, other] = [await signIn(app, account), await signIn(app, account)]
      const response = await end(sidOf(phone))

      t.equal(response.statusCode, 204)
      t.equal(response.body, '')
      t.equal(response.headers['set-cookie'], undefined)
      isTokenInvalid(t, await askWho(app, phone.accessToken))
      isTokenInvalid(t, await refreshWith(app, phone.refreshToken))
      t.notOk(await isOver(ada) || await isOver(other))
    })

    await t.test('ends the current one, and clears the cookies as logging out does', async (t) => {
      const here = await signIn(app, account)
      const response = await app.inject({ method: 'DELETE', url: `/api/sessions/${sidOf(here)}`, headers: cookie(['access_token', here.accessToken]) })

      t.equal(response.statusCode, 204)
      t.ok(clearsCookies(response))
      t.same(cookieLines(response), cookieLines(here.response).map((line) => line.replace(/Max-Age=\d+/, 'Max-Age=0')))
      t.ok(await isOver(here))
    })

    await t.test('takes the id in capitals too', async (t) => {
      const here = await signIn(app, account)
      const response = await end(sidOf(here).toUpperCase(), here)

      t.equal(response.statusCode, 204)
      t.ok(clearsCookies(response))
    })

    await t.test('is 404 for a session of somebody else, which lives on', async (t) => {
      const eve = await signIn(app, await createUser(app))

      isNotFound(t, await end(sidOf(ada), eve))
      t.notOk(await isOver(ada))
    })

    await t.test('is 404 for one that has ended: by itself, long ago, or with everybody\'s', async (t) => {
      const [left, idle] = [await signIn(app, account), await signIn(app, account)]
      await end(sidOf(left))
      await passTime(app, { sessionId: sidOf(idle), seconds: 8 * 86_400 })
      for (const session of [left, idle]) isNotFound(t, await end(sidOf(session)))

      const user = await createUser(app)
      const before = await signIn(app, user)
      await app.sql`update sessions set created_at = created_at - interval '1 minute' where id = ${sidOf(before)}`
      await app.sql`insert into mass_endings values (clock_timestamp() - interval '30 seconds') on conflict do nothing`
      isNotFound(t, await end(sidOf(before), await signIn(app, user)))
    })

    for (const id of ['me', '1', '%00', '%20', `urn:uuid:${randomUUID()}`, `${randomUUID()}0`, randomUUID().replaceAll('-', ''), `{${randomUUID()}}`, randomUUID()]) {
      await t.test(`is 404 for ${id}`, async (t) => isNotFound(t, await end(id)))
    }

    await t.test('is 404 for an id of a thousand letters, once somebody is signed in', async (t) => {
      const id = 'a'.repeat(1000)
      isNotFound(t, await end(id))
      isTokenInvalid(t, await end(id, { ...ada, accessToken: 'no token' }))
    })

    await t.test('of fifty at once one ends it', async (t) => {
      const phone = await signIn(app, account)
      const answers = await Promise.all(Array.from({ length: 50 }, async () => await end(sidOf(phone))))

      t.same(answers.map(({ statusCode }) => statusCode).sort(), [204, ...Array(49).fill(404)])
      t.equal((await app.sql`select from events where session_id = ${sidOf(phone)} and type = 'session.ended'`).length, 1)
    })

    await t.test('a refresh under way revives nothing', async (t) => {
      for (let round = 0; round < 10; round++) {
        const phone = await signIn(app, account)
        const [refreshed] = await Promise.all([refreshWith(app, phone.refreshToken), end(sidOf(phone))])
        t.ok(await isOver(phone))
        if (refreshed.statusCode === 200) isTokenInvalid(t, await askWho(app, refreshed.json().access_token))
      }
    })

    await t.test('leaves the event session.ended, because revoked', async (t) => {
      const phone = await signIn(app, account)
      await app.inject({ method: 'DELETE', url: `/api/sessions/${sidOf(phone)}`, headers: { ...bearer(ada.accessToken), 'user-agent': somewhere.userAgent } })
      const [event] = await app.sql`select user_id, ip, user_agent, detail from events where session_id = ${sidOf(phone)} and type = 'session.ended'`

      t.same(event, { userId: account.id, ...somewhere, detail: { because: 'revoked' } })
    })
  })
})
