import t from 'tap'
import { purgeEvents } from '../../src/store/event-purge.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

const day = 86_400

t.test('Removing old events', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql } = await startApp(t, stores)
    const left = async () => (await sql<{ ip: string }[]>`select ip from events where ip like '192.0.2.%' order by ip`).map(({ ip }) => ip)

    await t.test('those that are older than they are kept go, batch after batch, and the others stay', async (t) => {
      await sql`
        insert into events (type, ip, at)
        select 'login.failed', '192.0.2.1', now() - interval '90 days 1 second' - make_interval(secs => place)
        from generate_series(1, 2500) as place
      `
      await sql`insert into events (type, ip, at) values ('login.failed', '192.0.2.2', now() - interval '89 days'), ('login.failed', '192.0.2.3', now())`

      t.equal(await purgeEvents(sql, 90 * day), 2500)
      t.same(await left(), ['192.0.2.2', '192.0.2.3'])
    })

    await t.test('once more there is nothing to remove', async (t) => t.equal(await purgeEvents(sql, 90 * day), 0))

    await t.test('two nodes at once remove each once', async (t) => {
      await sql`
        insert into events (type, ip, at)
        select 'login.failed', '192.0.2.4', now() - interval '91 days'
        from generate_series(1, 3000)
      `
      const [one = 0, other = 0] = await Promise.all([purgeEvents(sql, 90 * day), purgeEvents(sql, 90 * day)])
      t.equal(one + other, 3000)
      t.same(await left(), ['192.0.2.2', '192.0.2.3'])
    })
  })
})
