import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../../helpers/app.js'
import { eventually } from '../../helpers/eventually.js'
import { claimsOf, eventsOf, logIn, logOut, refreshWith, refreshed, rowOf, signIn, signedIn, somewhere, statusOf, type Device } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

async function isOver (t: Test, app: FastifyInstance, { access, refresh }: Device) {
  t.equal(await statusOf(app, access), 401)
  t.equal((await refreshWith(app, refresh)).statusCode, 401)
}

const day = 86_400

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores)

  t.test('a logged out session is refused from the answer on, with all its tokens', async (t) => {
    const before = await signedIn(app)
    const after = await refreshed(app, before.refresh)
    t.equal(await statusOf(app, after.access), 200)

    t.equal((await logOut(app, after.refresh)).statusCode, 200)
    await isOver(t, app, before)
    await isOver(t, app, after)
    t.match((await eventsOf(app, before.sessionId)).at(-1), { type: 'session.ended', detail: { because: 'logout' } })
  })

  t.test('a logout by a token that was replaced long ago ends the session just so', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 11 })

    t.equal((await logOut(app, first.refresh)).statusCode, 200)
    await isOver(t, app, third)
    t.match(await rowOf(app, first.sessionId), { endedBecause: 'logout' })
  })

  t.test('a session is over when it has idled for the life of its refresh token', async (t) => {
    const device = await signedIn(app)
    await passTime(app, { ...device, seconds: 7 * day - 60 })
    const successor = await refreshed(app, device.refresh)

    await passTime(app, { ...device, seconds: 7 * day + 1 })
    t.equal((await refreshWith(app, successor.refresh)).statusCode, 401)
    t.equal((await refreshWith(app, device.refresh)).statusCode, 401)
    t.match(await rowOf(app, device.sessionId), { endedBecause: null }, 'nobody takes it for a reuse')
  })

  t.test('a session is over at its age, however often it is refreshed, and no token outlives it', async (t) => {
    let device: Device = await signedIn(app)
    const { sessionId } = device
    for (let days = 0; days < 30; days += 6) {
      await passTime(app, { sessionId, seconds: 6 * day - 60 })
      device = await refreshed(app, device.refresh)
    }
    const left = 5 * 60
    const claims = [claimsOf(device.access), claimsOf(device.refresh)]
    for (const { exp, iat } of claims) t.ok(Math.abs(exp - iat - left) <= 5, `${exp - iat} seconds are left`)

    await passTime(app, { sessionId, seconds: left + 1 })
    t.equal((await refreshWith(app, device.refresh)).statusCode, 401)
  })

  t.test('a disabled user is refused everywhere, and so is the next login', async (t) => {
    const user = await signedIn(app)
    await app.sql`update users set disabled_at = now(), updated_at = now(), version = version + 1 where id = ${user.id}`
    await app.sessions.endAllOf(user.id, 'user_disabled', somewhere)

    await isOver(t, app, user)
    t.equal((await logIn(app, user)).statusCode, 401)
    t.match(await rowOf(app, user.sessionId), { endedBecause: 'user_disabled' })
  })

  t.test('a user who was disabled behind our back is refused after the next sweep, and gets no new tokens', async (t) => {
    const user = await signedIn(app)
    t.equal(await statusOf(app, user.access), 200)
    await app.sql`update users set disabled_at = now(), updated_at = now(), version = version + 1 where id = ${user.id}`

    await app.copies.sweep()
    t.equal(await statusOf(app, user.access), 401)
    t.equal((await refreshWith(app, user.refresh)).statusCode, 401)
    await eventually(() => statusOf(app, user.access), (status) => status === 401, { within: 2000 })
  })

  t.test('a deleted user is refused everywhere', async (t) => {
    const user = await signedIn(app)
    const idle = await signIn(app, user)
    await passTime(app, { ...idle, seconds: 8 * day })
    await app.sessions.endAllOf(user.id, 'user_deleted', somewhere)
    await app.sql`delete from users where id = ${user.id}`
    app.copies.users.drop(user.id)

    await isOver(t, app, user)
    t.equal((await logOut(app, user.refresh)).statusCode, 200)
    t.equal((await logIn(app, user)).statusCode, 401)
    t.match(await rowOf(app, user.sessionId), { endedBecause: 'user_deleted' })
  })

  t.test('no user with a live session can be deleted from under it', async (t) => {
    const user = await signedIn(app)
    await t.rejects(app.sql`delete from users where id = ${user.id}`, { code: '23514' })
    t.equal(await statusOf(app, user.access), 200)
  })
})

await forEveryStore(t, async (t, stores) => {
  const clock = { ahead: 0 }
  const app = await startApp(t, stores, {}, { now: () => Date.now() + clock.ahead })

  t.test('an access token is refused once its life and the leeway are over', async (t) => {
    const device = await signedIn(app)
    t.teardown(() => { clock.ahead = 0 })

    clock.ahead = (15 * 60 + 3) * 1000
    t.equal(await statusOf(app, device.access), 200)
    clock.ahead = (15 * 60 + 6) * 1000
    t.equal(await statusOf(app, device.access), 401)
  })

  t.test('a refresh token is refused once its life and the leeway are over', async (t) => {
    const device = await signedIn(app)
    t.teardown(() => { clock.ahead = 0 })

    clock.ahead = (7 * day + 6) * 1000
    t.equal((await refreshWith(app, device.refresh)).statusCode, 401)
  })
})
