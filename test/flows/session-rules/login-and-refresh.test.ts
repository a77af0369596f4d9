import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { claimsOf, createUser, eventsOf, logIn, refreshWith, refreshed, rowOf, signIn, signedIn, statusOf } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores)

  t.test('login makes a session: one row, one record in Redis, one pair of tokens', async (t) => {
    const account = await createUser(app)
    const answer = await logIn(app, account)
    const { access_token: access, refresh_token: refresh } = answer.json()
    const claims = claimsOf(access)

    t.same(await app.sql`select id, user_id, access_id, refresh_id, version from sessions where user_id = ${account.id}`, [
      { id: claims.sid, userId: account.id, accessId: claims.jti, refreshId: claimsOf(refresh).jti, version: 1 }
    ])
    t.match(await eventsOf(app, claims.sid), [{ type: 'login.succeeded' }])
    if (app.redis !== undefined) {
      t.match(await app.redis.get(`gatehouse:session:${claims.sid}`), `1 ${claims.sid} ${account.id} ${claims.jti} `)
    }
    t.equal(await statusOf(app, access), 200)
    t.equal((await refreshWith(app, refresh)).statusCode, 200)
  })

  t.test('two logins of one user make two sessions, each with a life of its own', async (t) => {
    const account = await createUser(app)
    const [phone, laptop] = [await signIn(app, account), await signIn(app, account)]
    t.not(phone.sessionId, laptop.sessionId)

    await refreshed(app, phone.refresh)
    t.equal((await rowOf(app, laptop.sessionId))?.version, 1)
    t.equal(await statusOf(app, laptop.access), 200)
  })

  t.test('a refresh replaces both tokens and keeps the session', async (t) => {
    const before = await signedIn(app)
    const after = await refreshed(app, before.refresh)

    t.equal(after.sessionId, before.sessionId)
    t.not(claimsOf(after.access).jti, claimsOf(before.access).jti)
    t.not(claimsOf(after.refresh).jti, claimsOf(before.refresh).jti)
    t.equal(await statusOf(app, after.access), 200)
  })

  t.test('a replaced access token is good within the overlap, and dead after it', async (t) => {
    const before = await signedIn(app)
    const after = await refreshed(app, before.refresh)
    t.equal(await statusOf(app, before.access), 200)

    await passTime(app, { ...before, seconds: 9 })
    t.equal(await statusOf(app, before.access), 200)

    await passTime(app, { ...before, seconds: 2 })
    t.equal(await statusOf(app, before.access), 401)
    t.equal(await statusOf(app, after.access), 200)
  })

  t.test('an access token is dead once the parent of the live one has been replaced and its own overlap is over', async (t) => {
    const first = await signedIn(app)
    const second = await refreshed(app, first.refresh)
    await passTime(app, { ...first, seconds: 11 })
    await refreshed(app, second.refresh)

    t.equal(await statusOf(app, first.access), 401)
    t.equal(await statusOf(app, second.access), 200)
  })

  t.test('a token of the other kind is refused in the place of either', async (t) => {
    const device = await signedIn(app)
    t.equal(await statusOf(app, device.refresh), 401)
    t.equal((await refreshWith(app, device.access)).statusCode, 401)
    t.equal((await refreshWith(app, device.refresh)).statusCode, 200)
  })
})

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores, { REFRESH_OVERLAP: '0s' })

  t.test('with no overlap a replaced access token dies at once', async (t) => {
    const before = await signedIn(app)
    const after = await refreshed(app, before.refresh)
    t.equal(await statusOf(app, before.access), 401)
    t.equal(await statusOf(app, after.access), 200)
  })
})
