import t from 'tap'
import { startApp } from '../../helpers/app.js'
import { createUser, logIn, logOut, refreshWith, refreshed, rowOf, signIn, signedIn, somewhere, statusOf } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores)

  const liveOnes = async (userId: string) =>
    await app.sql`select id from sessions where user_id = ${userId} and ended_at is null`

  t.test('ending all sessions ends those that are being opened with the old password', async (t) => {
    const anotherHash = await app.passwords.hash('quiet marble ferry at noon')
    for (let round = 0; round < 5; round++) {
      const user = await createUser(app)
      const logins = Array.from({ length: 8 }, async () => await logIn(app, user))
      // It begins when the first login is answered: the others are on their way.
      await Promise.race(logins)
      await app.sql`update users set password_hash = ${anotherHash}, password_version = password_version + 1 where id = ${user.id}`
      await app.sessions.endAllOf(user.id, 'password_changed', somewhere)

      const answers = await Promise.all(logins)
      t.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 401))
      t.same(await liveOnes(user.id), [])
      for (const { statusCode, json } of answers) {
        if (statusCode === 200) t.equal(await statusOf(app, json().access_token), 401)
      }
    }
  })

  t.test('no session is opened for a password that changed after it was verified, nor for a user disabled since', async (t) => {
    const user = await createUser(app)
    const options = { transport: 'body' as const, replaces: [], ...somewhere }

    t.equal(await app.sessions.open({ id: user.id, passwordVersion: 0 }, options), undefined)
    await app.sql`update users set disabled_at = now() where id = ${user.id}`
    t.equal(await app.sessions.open({ id: user.id, passwordVersion: 1 }, options), undefined)
    t.same(await liveOnes(user.id), [])
  })

  for (const [name, end] of [
    ['a logout', async (user: { id: string, refresh: string }) => { await logOut(app, user.refresh) }],
    ['ending all sessions', async ({ id }: { id: string }) => await app.sessions.endAllOf(id, 'revoked', somewhere)]
  ] as const) {
    t.test(`no refresh in flight revives a session over ${name}`, async (t) => {
      for (let round = 0; round < 10; round++) {
        const user = await signedIn(app)
        const refreshing = Array.from({ length: 4 }, async () => await refreshWith(app, user.refresh))
        const [answers] = await Promise.all([Promise.all(refreshing), end(user)])

        t.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 401))
        for (const { statusCode, json } of answers.filter(({ statusCode }) => statusCode === 200)) {
          const { access_token: access, refresh_token: refresh } = json()
          t.equal(await statusOf(app, access), 401, `answered ${statusCode}, and dead`)
          t.equal((await refreshWith(app, refresh)).statusCode, 401)
        }
        t.equal(await statusOf(app, user.access), 401)
        t.same(await liveOnes(user.id), [])
      }
    })
  }
})

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores, { SESSIONS_PER_USER: '3' })

  t.test('a login past the most that may live ends the session that was used longest ago', async (t) => {
    const user = await createUser(app)
    const [first, second, third] = [await signIn(app, user), await signIn(app, user), await signIn(app, user)]
    await refreshed(app, first.refresh)
    const fourth = await signIn(app, user)

    t.equal(await statusOf(app, second.access), 401)
    t.match(await rowOf(app, second.sessionId), { endedBecause: 'too_many' })
    for (const { access } of [first, third, fourth]) t.equal(await statusOf(app, access), 200)
  })

  t.test('logins at once leave no more than may live, and what they were answered is dead or alive as the rows say', async (t) => {
    const user = await createUser(app)
    await Promise.all(Array.from({ length: 3 }, async () => await signIn(app, user)))
    const devices = await Promise.all(Array.from({ length: 6 }, async () => await signIn(app, user)))

    const live = new Set((await app.sql`select id from sessions where user_id = ${user.id} and ended_at is null`).map(({ id }) => id))
    t.equal(live.size, 3)
    for (const { access, sessionId } of devices) t.equal(await statusOf(app, access), live.has(sessionId) ? 200 : 401)
  })

  t.test('sessions of another user, and ended ones, do not count', async (t) => {
    const [user, other] = [await createUser(app), await createUser(app)]
    const kept = [await signIn(app, user), await signIn(app, user)]
    await logOut(app, (await signIn(app, user)).refresh)
    await signIn(app, other)
    kept.push(await signIn(app, user))
    for (const { access } of kept) t.equal(await statusOf(app, access), 200)
  })
})

await forEveryStore(t, async (t, stores) => {
  const app = await startApp(t, stores, { REFRESH_OVERLAP: '0s' })

  t.test('a use of the successor that is still being written down is known to the next refresh', async (t) => {
    for (let round = 0; round < 5; round++) {
      const first = await signedIn(app)
      const second = await refreshed(app, first.refresh)
      t.equal(await statusOf(app, second.access), 200)
      t.equal((await refreshWith(app, first.refresh)).statusCode, 401)
      t.match(await rowOf(app, first.sessionId), { endedBecause: 'reuse' })
    }
  })
})
