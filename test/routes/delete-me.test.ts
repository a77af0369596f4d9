import t from 'tap'
import { changing, verifyEmail } from '../helpers/recovery.js'
import { deleteMe } from '../helpers/accounts.js'
import { startApp } from '../helpers/app.js'
import { clearsCookies, cookieLines } from '../helpers/cookies.js'
import { newAddress, open, startLimited, times } from '../helpers/limits.js'
import { isTokenInvalid } from '../helpers/refusals.js'
import { claimsOf, logIn, logOut, refreshWith, rowOf, somewhere } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('DELETE /api/users/me', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const isThere = async (id: string) => (await app.sql`select from users where id = ${id}`).length === 1

    await t.test('removes the account, and answers 204 with nothing and cleared cookies', async (t) => {
      const ada = await createUser(app)
      const here = await signIn(app, ada)
      const response = await deleteMe(app, here.accessToken, ada)

      t.equal(response.statusCode, 204)
      t.equal(response.body, '')
      t.ok(clearsCookies(response))
      t.same(cookieLines(response), cookieLines(here.response).map((line) => line.replace(/Max-Age=\d+/, 'Max-Age=0')))
      t.notOk(await isThere(ada.id))
    })

    await t.test('ends every session, with both its tokens; logging out of one is no fault', async (t) => {
      const ada = await createUser(app)
      const [here, phone] = [await signIn(app, ada), await signIn(app, ada)]
      await deleteMe(app, here.accessToken, ada)

      for (const { accessToken, refreshToken } of [here, phone]) {
        isTokenInvalid(t, await askWho(app, accessToken))
        isTokenInvalid(t, await refreshWith(app, refreshToken))
        t.equal((await logOut(app, refreshToken)).statusCode, 200)
        t.match(await rowOf(app, claimsOf(accessToken).sid), { endedBecause: 'user_deleted' })
      }
      t.equal((await logIn(app, ada)).statusCode, 401)
    })

    await t.test('leaves nobody else touched', async (t) => {
      const [ada, bob] = [await createUser(app), await createUser(app)]
      const { accessToken } = await signIn(app, bob)
      await deleteMe(app, (await signIn(app, ada)).accessToken, ada)

      t.equal((await askWho(app, accessToken)).statusCode, 200)
    })

    await t.test('takes all that the user owns with it: no row names him but those of the past', async (t) => {
      const { account, session, token } = await changing(app)
      await app.sql`insert into outbox (kind, user_id, email, due_at) values ('password_changed', ${account.id}, ${account.email}, now() + interval '1 hour')`
      await deleteMe(app, session.accessToken, account)

      const columns = await app.sql<{ table: string }[]>`
        select table_name as "table" from information_schema.columns where column_name = 'user_id' and table_schema = 'public' and table_name <> 'events'
      `
      t.ok(columns.length >= 3)
      for (const { table } of columns) t.equal((await app.sql`select from ${app.sql(table)} where user_id = ${account.id}`).length, 0, table)
      t.equal((await verifyEmail(app, token)).statusCode, 400)
      t.equal(await app.redis?.get(`gatehouse:user:${account.id}`).then((held) => held?.includes(account.email)) ?? false, false, 'nor does Redis')
    })

    await t.test('frees the address', async (t) => {
      const ada = await createUser(app)
      await deleteMe(app, (await signIn(app, ada)).accessToken, ada)

      t.not((await createUser(app, { email: ada.email })).id, ada.id)
    })

    await t.test('refuses a wrong password with 403 wrong_password, and everything stays as it was', async (t) => {
      const ada = await createUser(app)
      const { accessToken } = await signIn(app, ada)
      const response = await deleteMe(app, accessToken, { password: 'not her password' })

      t.equal(response.statusCode, 403)
      t.match(response.json(), { status: 'fail', code: 'wrong_password' })
      t.equal(response.headers['set-cookie'], undefined)
      t.equal((await askWho(app, accessToken)).statusCode, 200)
    })

    for (const payload of [undefined, {}, { password: null }, { password: 'short' }, { password: ['correct horse battery staple'] }]) {
      await t.test(`refuses ${JSON.stringify(payload)} with 400 validation_failed`, async (t) => {
        const ada = await createUser(app)
        const response = await app.inject({ method: 'DELETE', url: '/api/users/me', headers: bearer((await signIn(app, ada)).accessToken), ...(payload === undefined ? {} : { payload }) })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { code: 'validation_failed', errors: [{ path: '/password' }] })
        t.ok(await isThere(ada.id))
      })
    }

    await t.test('refuses to remove the last administrator with 409 last_admin; one of two may go', async (t) => {
      await app.sql`update users set role = 'user', version = version + 1, updated_at = now() where role = 'admin'`
      const [ada, bob] = [await createUser(app), await createUser(app)]
      await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id in (${ada.id}, ${bob.id})`
      const [one, two] = [await signIn(app, ada), await signIn(app, bob)]
      t.equal((await deleteMe(app, one.accessToken, ada)).statusCode, 204)
      const response = await deleteMe(app, two.accessToken, bob)

      t.equal(response.statusCode, 409)
      t.match(response.json(), { status: 'fail', code: 'last_admin' })
      t.equal(response.headers['set-cookie'], undefined)
      t.equal((await askWho(app, two.accessToken)).statusCode, 200)
    })

    await t.test('refuses a password that has changed since it was verified', async (t) => {
      const ada = await createUser(app)
      const { passwordVersion } = await app.verifyOwnPassword(ada, ada.password, somewhere)
      await app.sql`update users set password_version = password_version + 1 where id = ${ada.id}`

      t.equal(await app.accounts.remove(ada.id, { passwordVersion, ...somewhere }), false)
      t.ok(await isThere(ada.id))
    })

    await t.test('leaves the event user.deleted, and one for every session, which outlive the user', async (t) => {
      const ada = await createUser(app)
      const [here] = [await signIn(app, ada), await signIn(app, ada)]
      await deleteMe(app, here.accessToken, ada)
      const events = await app.sql`select type, session_id, ip, detail from events where user_id = ${ada.id} and type in ('session.ended', 'user.deleted') order by type`

      t.match([...events], [
        { type: 'session.ended', detail: { because: 'user_deleted' } },
        { type: 'session.ended', detail: { because: 'user_deleted' } },
        { type: 'user.deleted', sessionId: claimsOf(here.accessToken).sid, ip: '127.0.0.1' }
      ])
    })
  })

  await forEveryStore(t, async (t, stores) => {
    const { app } = await startLimited(t, stores)

    await t.test('counts wrong passwords as those of a login do, and then answers 429 too_many_requests', async (t) => {
      const [ada, from] = [await open(app), newAddress()]
      const { accessToken } = await signIn(app, ada, 'cookie', { remoteAddress: from })
      await times(10, async () => t.equal((await deleteMe(app, accessToken, { password: 'not her password' }, from)).statusCode, 403))

      const refusal = await deleteMe(app, accessToken, ada, from)
      t.equal(refusal.statusCode, 429)
      t.match(refusal.json(), { code: 'too_many_requests' })
    })
  })
})
