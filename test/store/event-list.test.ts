import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Sql } from '../../src/store/database.js'
import { createEventList, type EventQuery } from '../../src/store/event-list.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('a page of events costs what is on it, however many there are', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql } = await startApp(t, stores)
    const busy = randomUUID()
    for (let batch = 0; batch < 10; batch++) {
      await sql`
        insert into events (at, type, user_id)
        select now() - place * interval '1 second', case place % 1000 when 0 then 'email.changed' else 'session.refreshed' end,
          case place % 3 when 0 then ${busy}::uuid else gen_random_uuid() end
        from generate_series(${batch * 2000 + 1}::integer, ${batch * 2000 + 2000}::integer) as place
      `
    }
    await sql`analyze events`

    let plan: string[] = []
    const explaining = ((strings: TemplateStringsArray, ...values: never[]) => {
      const query = sql(strings, ...values)
      if (!strings.join('').includes('as found')) return query
      return sql<{ queryPlan: string }[]>`explain (costs off) ${query}`.then((lines) => {
        plan = lines.map((line) => Object.values(line).join().trim())
        return []
      })
    }) as unknown as Sql

    const after = { micros: String((Date.now() - 10_000_000) * 1000), id: '1' }
    const filters: [string, Pick<EventQuery, 'user' | 'type'>, string][] = [
      ['of all', { user: undefined, type: undefined }, 'events_pkey'],
      ['of a type', { user: undefined, type: 'email.changed' }, 'events_type'],
      ['of a user', { user: busy, type: undefined }, 'events_user_id'],
      ['of a user and a type', { user: busy, type: 'email.verified' }, 'events_user_id']
    ]
    for (const [title, filter, index] of filters) {
      for (const [page, place] of [['first', undefined], ['later', after]] as const) {
        await t.test(`${title}, on the ${page} page`, async (t) => {
          await createEventList(explaining)({ ...filter, after: place, limit: 21 })
          t.ok(plan.some((line) => line.endsWith(`Index Scan Backward using ${index} on events`)), plan.join('\n'))
          t.same(plan.filter((line) => line.startsWith('Filter') || line.includes('Seq Scan')), [], 'and no event is read in vain')
        })
      }
    }
  })
})
