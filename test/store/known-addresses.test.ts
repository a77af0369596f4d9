import t from 'tap'
import { createKnownAddresses, networkKey, purgeKnownAddresses } from '../../src/store/known-addresses.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, uniqueEmail } from '../helpers/users.js'

t.test('known addresses', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const signInFrom = async (account: Parameters<typeof signIn>[1], remoteAddress: string) => await signIn(app, account, 'body', { remoteAddress })
    const rowsOf = async (id: string) => [...await app.sql<{ network: string, seenAt: Date }[]>`select network, seen_at from known_addresses where user_id = ${id}`]
    const isKnown = async (email: string, ip: string) => await createKnownAddresses(app.sql).isKnown(email, ip)

    await t.test('are those that an account has signed in from, and no other account', async (t) => {
      const [ada, eve] = [await createUser(app), await createUser(app)]
      await signInFrom(ada, '192.0.2.1')
      t.equal(await isKnown(ada.email, '192.0.2.1'), true)
      t.equal(await isKnown(ada.email, '192.0.2.2'), false)
      t.equal(await isKnown(eve.email, '192.0.2.1'), false)
      t.equal(await isKnown(uniqueEmail(), '192.0.2.1'), false)
    })

    await t.test('are whole /64 networks of IPv6, and one IPv4 address however it is written', async (t) => {
      const ada = await createUser(app)
      await signInFrom(ada, '2001:db8:1:2::3')
      await signInFrom(ada, '::ffff:192.0.2.3')
      t.equal(await isKnown(ada.email, '2001:db8:1:2:ffff::1'), true)
      t.equal(await isKnown(ada.email, '2001:db8:1:3::3'), false)
      t.equal(await isKnown(ada.email, '192.0.2.3'), true)
    })

    await t.test('are written in the login\'s own statement, and again only after a day', async (t) => {
      const ada = await createUser(app)
      await signInFrom(ada, '192.0.2.4')
      const [first] = await rowsOf(ada.id)
      await signInFrom(ada, '192.0.2.4')
      t.same(await rowsOf(ada.id), [first])
      t.equal(first?.network, networkKey('192.0.2.4'), 'as a hash')

      await app.sql`update known_addresses set seen_at = now() - interval '25 hours' where user_id = ${ada.id}`
      await Promise.all([signInFrom(ada, '192.0.2.4'), signInFrom(ada, '192.0.2.4')])
      const [again, ...others] = await rowsOf(ada.id)
      t.same(others, [])
      t.ok(Number(again?.seenAt) >= Number(first?.seenAt))
    })

    await t.test('are forgotten after 90 days, and removed then', async (t) => {
      const ada = await createUser(app)
      await signInFrom(ada, '192.0.2.5')
      await signInFrom(ada, '192.0.2.6')
      await app.sql`update known_addresses set seen_at = now() - interval '91 days' where user_id = ${ada.id} and network = ${networkKey('192.0.2.5')}`
      t.equal(await isKnown(ada.email, '192.0.2.5'), false)
      t.equal(await purgeKnownAddresses(app.sql), 1)
      t.equal((await rowsOf(ada.id)).length, 1)
    })

    await t.test('go with their user', async (t) => {
      const ada = await createUser(app)
      await signInFrom(ada, '192.0.2.7')
      await app.sql`delete from sessions where user_id = ${ada.id}`
      await app.sql`delete from users where id = ${ada.id}`
      t.same(await rowsOf(ada.id), [])
    })

    await t.test('are asked of Postgres once, however many ask for one account', async (t) => {
      const ada = await createUser(app)
      let asked = 0
      const { isKnown } = createKnownAddresses(((...words: Parameters<typeof app.sql>) => {
        asked++
        return app.sql(...words)
      }) as unknown as typeof app.sql)
      await Promise.all(Array.from({ length: 100 }, async (_, host) => await isKnown(ada.email, `198.51.100.${host}`)))
      await isKnown(ada.email, '192.0.2.8')
      t.equal(asked, 1)
    })
  })
})
