import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { claimsOf, refreshWith, refreshed, rowOf, signedIn, statusOf, whoIs } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

const day = 86_400

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores)

  t.test('fifty refreshes of one token at once are fifty answers with one successor', async (t) => {
    const device = await signedIn(app)
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await refreshWith(app, device.refresh)))

    t.same(answers.map(({ statusCode }) => statusCode), Array(50).fill(200))
    t.equal(new Set(answers.map(({ json }) => json().refresh_token)).size, 1)
    t.equal(new Set(answers.map(({ json }) => json().access_token)).size, 1)
    t.equal((await rowOf(app, device.sessionId))?.version, 2)
  })

  t.test('the parent is answered with the same tokens, byte for byte, within the overlap though they are used', async (t) => {
    const device = await signedIn(app)
    const successor = await refreshed(app, device.refresh)
    t.equal(await statusOf(app, successor.access), 200)
    t.same(await refreshed(app, device.refresh), successor)
  })

  t.test('the parent is answered with the same tokens while they are unused, however late', async (t) => {
    const device = await signedIn(app)
    const successor = await refreshed(app, device.refresh)
    await passTime(app, { ...device, seconds: 6 * day })

    const again = await refreshed(app, device.refresh)
    t.equal(claimsOf(again.refresh).jti, claimsOf(successor.refresh).jti)
    t.equal(claimsOf(again.access).jti, claimsOf(successor.access).jti)
    t.equal((await refreshWith(app, successor.refresh)).statusCode, 200)
  })

  t.test('a use of the replaced access token is no use of the successor', async (t) => {
    const device = await signedIn(app)
    const successor = await refreshed(app, device.refresh)
    t.equal(await statusOf(app, device.access), 200)
    await passTime(app, { ...device, seconds: 11 })

    t.equal(claimsOf((await refreshed(app, device.refresh)).refresh).jti, claimsOf(successor.refresh).jti)
  })

  t.test('a token older than the parent is answered with the live tokens within its own overlap', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    const third = await refreshed(app, second.refresh)
    const fourth = await refreshed(app, third.refresh)
    t.equal(await statusOf(app, fourth.access), 200)

    t.same(await refreshed(app, first.refresh), fourth)
    t.same(await refreshed(app, second.refresh), fourth)
    t.same(await refreshed(app, third.refresh), fourth)
  })

  t.test('each of the older tokens has an overlap of its own', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await passTime(app, { ...first, seconds: 6 })
    const third = await refreshed(app, second.refresh)
    await passTime(app, { ...first, seconds: 3 })
    const fourth = await refreshed(app, third.refresh)
    await passTime(app, { ...first, seconds: 2 })

    t.equal(claimsOf((await refreshed(app, second.refresh)).refresh).jti, claimsOf(fourth.refresh).jti)
    t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
    t.match(await rowOf(app, first.sessionId), { endedBecause: 'reuse' })
  })

  t.test('the role of the moment of the refresh stays in the tokens when they are written again', async (t) => {
    const device = await signedIn(app)
    const successor = await refreshed(app, device.refresh)
    await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${device.id}`
    await app.copies.sweep()
    t.match((await whoIs(app, device.access)).json(), { data: { user: { role: 'admin' } } })
    t.same(await refreshed(app, device.refresh), successor)
  })
})

await forEveryStore(t, async (t, stores) => {
  const settings = { REFRESH_OVERLAP: '0s' }

  t.test('with no overlap the parent is answered with the same bytes while its successor is unused', async (t) => {
    const app = await startApp(t, stores, settings)
    const device = await signedIn(app)
    const successor = await refreshed(app, device.refresh)
    for (let times = 0; times < 3; times++) t.same(await refreshed(app, device.refresh), successor)
  })

  t.test('a server that was started anew answers the parent with the same bytes', async (t) => {
    const before = await startApp(t, stores, settings)
    const device = await signedIn(before)
    const successor = await refreshed(before, device.refresh)
    await before.close()

    const after = await startApp(t, stores, settings)
    t.same(await refreshed(after, device.refresh), successor)
  })
})
