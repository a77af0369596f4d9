import t from 'tap'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn } from '../helpers/users.js'

t.test('PATCH /api/users/me', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)

    /** Somebody signed in, who changes himself. */
    async function start () {
      const account = await createUser(app)
      const { accessToken } = await signIn(app, account)
      const before = (await askWho(app, accessToken)).json().data.user
      const change = async (payload: object) => await app.inject({ method: 'PATCH', url: '/api/users/me', headers: bearer(accessToken), payload })
      const updates = async () => await app.sql<{ sessionId: string | null, ip: string, detail: object }[]>`
        select session_id, ip, detail from events where user_id = ${account.id} and type = 'user.updated' order by id
      `
      return { account, accessToken, before, change, updates, versionOf: async () => (await app.users.find(account.id))?.version }
    }

    await t.test('changes name and photo, and answers 200 with the User and nothing else of it', async (t) => {
      const { account, accessToken, before, change } = await start()
      const response = await change({ name: 'Ada King', photo: 'https://example.com/ada.jpg' })

      t.equal(response.statusCode, 200)
      const { updatedAt, ...user } = response.json().data.user
      t.same(user, {
        id: account.id, name: 'Ada King', email: account.email, role: 'user', photo: 'https://example.com/ada.jpg', verified: before.verified, createdAt: before.createdAt
      })
      t.ok(updatedAt > before.updatedAt)
      t.same((await askWho(app, accessToken)).json(), response.json(), 'which holds from the next request')
    })

    await t.test('leaves alone what is not named', async (t) => {
      const { before, change } = await start()

      t.match((await change({ photo: 'ada.png' })).json().data.user, { name: before.name, photo: 'ada.png' })
      t.match((await change({ name: 'Ada' })).json().data.user, { name: 'Ada', photo: 'ada.png' })
    })

    await t.test('trims the name', async (t) => {
      const { change } = await start()

      t.equal((await change({ name: '  Ada King  ' })).json().data.user.name, 'Ada King')
    })

    await t.test('that changes nothing leaves everything as it is: no new version, no event', async (t) => {
      const { before, change, updates, versionOf } = await start()
      for (const same of [{}, { name: before.name }, { name: ` ${before.name}`, photo: before.photo }]) {
        const response = await change(same)
        t.equal(response.statusCode, 200)
        t.same(response.json().data.user, before)
      }

      t.equal(await versionOf(), 1)
      t.same(await updates(), [])
    })

    await t.test('passes over fields that are not one\'s own to change', async (t) => {
      const { before, change, versionOf } = await start()
      const response = await change({ role: 'admin', email: 'eve@example.com', verified: true, id: '0', disabled: true, password: 'x', version: 9 })

      t.equal(response.statusCode, 200)
      t.same(response.json().data.user, before)
      t.equal(await versionOf(), 1)
    })

    for (const [what, fields] of Object.entries({
      'an empty name': { name: '' },
      'a name of blanks': { name: '   ' },
      'a name of 101 code points': { name: 'a'.repeat(101) },
      'a name that is no string': { name: 7 },
      'a name that is null': { name: null },
      'a name with NUL': { name: 'A\0da' },
      'a photo that is null': { photo: null },
      'an empty photo': { photo: '' },
      'a photo at an http URL': { photo: 'http://example.com/ada.jpg' },
      'a photo that is a script': { photo: 'javascript:alert(1)' },
      'a photo in a folder': { photo: '../ada.jpg' },
      'a photo with a blank': { photo: 'ada king.jpg' },
      'a photo of 2049 characters': { photo: `https://example.com/${'a'.repeat(2029)}` }
    })) {
      await t.test(`refuses ${what} with 400 validation_failed`, async (t) => {
        const { change, versionOf } = await start()
        const response = await change({ name: 'Ada King', ...fields })

        t.equal(response.statusCode, 400)
        t.match(response.json(), { status: 'fail', code: 'validation_failed', errors: [{ path: `/${Object.keys(fields).join()}` }] })
        t.equal(await versionOf(), 1)
      })
    }

    await t.test('takes a name of 100 code points and a photo of 2048 characters', async (t) => {
      const { change } = await start()

      t.equal((await change({ name: '\u{1F98A}'.repeat(100), photo: `https://example.com/${'a'.repeat(2028)}` })).statusCode, 200)
    })

    await t.test('leaves the event user.updated, which names the fields', async (t) => {
      const { change, updates } = await start()
      await change({ name: 'Ada King' })
      await change({ name: 'Ada', photo: 'ada.png' })

      t.match([...await updates()], [{ ip: '127.0.0.1', detail: { changed: 'name' } }, { detail: { changed: 'name, photo' } }])
    })

    await t.test('of ten at once none undoes another', async (t) => {
      const { accessToken, change, updates, versionOf } = await start()
      await Promise.all([change({ photo: 'ada.png' }), ...Array.from({ length: 9 }, async (_, number) => await change({ name: `Ada ${number}` }))])

      t.equal(await versionOf(), 11)
      t.equal((await updates()).length, 10)
      const { name, photo } = (await askWho(app, accessToken)).json().data.user
      t.equal(photo, 'ada.png')
      t.equal(name, (await app.sql`select name from users where photo = 'ada.png' and email = ${(await askWho(app, accessToken)).json().data.user.email}`)[0]?.name)
    })
  })
})
