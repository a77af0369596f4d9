import t from 'tap'
import postgres from 'postgres'
import { eventually } from '../helpers/eventually.js'
import { clientOf, withGatehouse } from '../helpers/host.js'
import { forEveryStore } from '../helpers/stores.js'

const kinds = ['TCPSocketWrap', 'PipeWrap', 'PipeServerWrap', 'MessagePort', 'Timeout']
const held = () => process.getActiveResourcesInfo().filter((name) => kinds.includes(name)).length

t.test('closing the app', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    await t.test('closes whatever Gatehouse opened: connections, threads and timers', async (t) => {
      const before = held()
      const host = await withGatehouse(t, stores)
      const client = clientOf(host, '/id')
      await client.register()
      await client.logIn()
      t.ok(held() > before, 'it held something')

      await host.close()
      // An operating system tells of a closed connection when it has time to.
      t.ok(await eventually(held, (now) => now <= before) <= before, 'and holds no more')
      if (stores.settings.DATABASE_URL !== undefined) t.same(await connectionsTo(stores.settings.DATABASE_URL), [])
    })

    await t.test('before it was ready is no crash: what failed beside Gatehouse is heard', async (t) => {
      const host = await withGatehouse(t, stores)
      host.register(async () => { throw new Error('their own trouble') })
      await t.rejects(async () => await host.ready(), { message: 'their own trouble' })
      await host.close()
    })

    await t.test('and another may follow on the same stores', async (t) => {
      const client = clientOf(await withGatehouse(t, stores), '/id')
      t.equal((await client.register()).statusCode, 200)
    })
  })
})

async function connectionsTo (url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 })
  const rows = await sql`select application_name from pg_stat_activity where application_name like 'gatehouse%'`
  await sql.end()
  return rows.map((row) => String(row.application_name))
}
