import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { startApp } from '../../helpers/app.js'
import { cookie } from '../../helpers/cookies.js'
import { eventsOf, logOut, refreshWith, refreshed, rowOf, signIn, signedIn, statusOf, type Device } from '../../helpers/sessions.js'
import { mailsSentTo } from '../../helpers/outbox.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

async function isOver (t: Test, app: FastifyInstance, ...devices: Device[]) {
  for (const { access, refresh } of devices) {
    t.equal(await statusOf(app, access), 401)
    const again = await refreshWith(app, refresh)
    t.equal(again.statusCode, 401)
    t.match(again.json(), { status: 'fail', code: 'token_invalid' })
  }
}

/** Refreshes by cookies of one name, in this order. */
const refreshWithCookies = async (app: FastifyInstance, ...devices: Device[]) => await app.inject({
  method: 'POST', url: '/api/auth/refresh', headers: cookie(...devices.map(({ refresh }): [string, string] => ['refresh_token', refresh]))
})

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores)

  t.test('the parent, shown after the overlap though its successor was used, ends the session for every holder', async (t) => {
    const thief = await signedIn(app)
    const owner = await refreshed(app, thief.refresh)
    t.equal(await statusOf(app, owner.access), 200)
    await passTime(app, { ...thief, seconds: 11 })

    t.equal((await refreshWith(app, thief.refresh)).statusCode, 401)
    await isOver(t, app, thief, owner)
    t.match(await rowOf(app, thief.sessionId), { endedBecause: 'reuse' })
  })

  t.test('showing the successor is a use of it: from then on its parent is reused', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
    await isOver(t, app, first, second, third)
  })

  // A browser keeps what was set for another domain or path, and sends the oldest first (RFC 6265, section 5.4).
  t.test('a replaced cookie beside the live one of its session is a leftover of that browser, and no reuse', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    const answer = await refreshWithCookies(app, first, third)
    t.equal(answer.statusCode, 200)
    t.equal(await statusOf(app, answer.json().access_token), 200)
  })

  t.test('a replaced cookie beside the live one of another session is reuse, and ends its own alone', async (t) => {
    const stolen = await signedIn(app)
    const second = await refreshed(app, stolen.refresh)
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...stolen, seconds: 11 })
    const other = await signedIn(app)

    const answer = await refreshWithCookies(app, stolen, other)
    t.equal(answer.statusCode, 200)
    t.equal(await statusOf(app, answer.json().access_token), 200)
    await isOver(t, app, stolen, second, third)
    t.match(await rowOf(app, stolen.sessionId), { endedBecause: 'reuse' })
  })

  t.test('several replaced cookies of one session, and none that is live, are reuse', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })
    t.equal(await statusOf(app, third.access), 200)

    t.equal((await refreshWithCookies(app, first, second)).statusCode, 401)
    await isOver(t, app, first, second, third)
    t.equal((await eventsOf(app, first.sessionId)).filter(({ type }) => type === 'session.reuse_detected').length, 1)
  })

  t.test('a token older than the parent is reused after its own overlap, though the live tokens are unused', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await passTime(app, { ...first, seconds: 11 })
    const third = await refreshed(app, second.refresh)

    t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
    await isOver(t, app, second, third)
  })

  t.test('a token that no row remembers any more is reused', async (t) => {
    let device: Device = await signedIn(app)
    const first = device
    for (let times = 0; times < 3; times++) {
      device = await refreshed(app, device.refresh)
      await passTime(app, { ...first, seconds: 11 })
    }
    t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
    await isOver(t, app, device)
  })

  t.test('reuse leaves one event that says so, with where it came from, however often it is tried', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    for (let times = 0; times < 3; times++) await refreshWith(app, first.refresh)
    const found = (await eventsOf(app, first.sessionId)).filter(({ type }) => !['login.succeeded', 'session.refreshed'].includes(type))
    t.same(found, [{ type: 'session.reuse_detected', detail: { because: 'reuse' } }])
    t.match(await app.sql`select user_id, ip from events where session_id = ${first.sessionId} and type = 'session.reuse_detected'`,
      [{ userId: first.id, ip: '127.0.0.1' }])
  })

  t.test('reuse in many requests at once ends the session once', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    const answers = await Promise.all(Array.from({ length: 20 }, async () => await refreshWith(app, first.refresh)))
    t.ok(answers.every(({ statusCode }) => statusCode === 401))
    t.equal((await eventsOf(app, first.sessionId)).filter(({ type }) => type === 'session.reuse_detected').length, 1)
  })

  t.test('reuse is told to the user by mail, once, with where it came from', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })
    await Promise.all(Array.from({ length: 5 }, async () => await refreshWith(app, first.refresh)))

    const notices = (await mailsSentTo(app, first.email)).filter(({ subject }) => /signed out/.test(subject))
    t.equal(notices.length, 1)
    t.match(notices[0]?.text, /127\.0\.0\.1/)
  })

  t.test('a logout is told to nobody', async (t) => {
    const device = await signedIn(app)
    await logOut(app, device.refresh)

    t.same((await mailsSentTo(app, device.email)).map(({ subject }) => subject.split(' ')[0]), ['Confirm'])
  })

  t.test('reuse ends no other session of the user', async (t) => {
    const first = await signedIn(app)
    const laptop = await signIn(app, first)
    const second = await refreshed(app, first.refresh)
    await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
    t.equal(await statusOf(app, laptop.access), 200)
    t.equal((await refreshWith(app, laptop.refresh)).statusCode, 200)
  })
})
