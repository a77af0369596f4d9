import { randomUUID } from 'node:crypto'
import t from 'tap'
import { stepsOf } from '../../src/lib/periods.js'
import type { Sql } from '../../src/store/database.js'
import { createOverview } from '../../src/store/overview.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'

t.test('an overview', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql } = await startApp(t, stores)

    await t.test('costs the sign-ins of its period, however many events there are', async (t) => {
      for (let batch = 0; batch < 10; batch++) {
        await sql`
          insert into events (at, type)
          select now() - place * interval '1 minute', case place % 4 when 0 then 'login.succeeded' else 'session.refreshed' end
          from generate_series(${batch * 2000 + 1}::integer, ${batch * 2000 + 2000}::integer) as place
        `
      }
      await sql`analyze events`

      let plan: string[] = []
      const explaining = ((strings: TemplateStringsArray, ...values: never[]) => {
        const query = sql(strings, ...values)
        if (!strings.join('').includes('group by')) return query
        return sql<{ queryPlan: string }[]>`explain (costs off) ${query}`.then((lines) => {
          plan = lines.map((line) => Object.values(line).join().trim())
          return []
        })
      }) as unknown as Sql

      await createOverview(explaining).signIns(stepsOf('24h', Date.now()))
      t.ok(plan.some((line) => /Index Scan (using|on) events_type\b/.test(line)), plan.join('\n'))
      t.ok(plan.some((line) => /^Index Cond: .*type = ANY .* AT TIME ZONE 'utc'::text\) >= .* AT TIME ZONE 'utc'::text\) < /.test(line)), plan.join('\n'))
      t.same(plan.filter((line) => line.startsWith('Filter') || line.includes('Seq Scan')), [], 'and no event is read in vain')
    })

    await t.test('counts all that came in one step', async (t) => {
      const at = Date.UTC(2020, 0, 1)
      await sql`
        insert into events (at, type, detail)
        select ${new Date(at).toISOString()}::timestamptz + place * interval '1 second', 'login.throttled', jsonb_build_object('times', 2000000000)
        from generate_series(1, 3) as place
      `
      const { signIns } = createOverview(sql)
      const steps = await signIns(stepsOf('1h', at + 60_000))
      t.same(steps.at(-2), { at: '2020-01-01T00:00:00.000Z', succeeded: 0, failed: 0, throttled: 6_000_000_000 })
      t.same(steps.filter(({ throttled }) => throttled > 0).length, 1)
    })

    await t.test('looks at so many rows and no more, and says when there are others', async (t) => {
      await sql`delete from users`
      for (let place = 0; place < 3; place++) {
        const [user] = await sql<{ id: string }[]>`
          insert into users (id, name, email, password_hash)
          values (gen_random_uuid(), 'Crowd', gen_random_uuid() || '@crowd.example', 'a hash of no less than twenty signs')
          returning id
        `
        await sql`
          insert into sessions (id, user_id, access_id, refresh_id, access_role, transport, expires_at)
          values (${randomUUID()}, ${user?.id ?? ''}, ${randomUUID()}, ${randomUUID()}, 'user', 'cookie', now() + interval '1 day')
        `
      }
      await sql`analyze users`

      t.same(await createOverview(sql, 3).counts(), { users: { total: 3, exact: true }, sessions: { live: 3, capped: false } })
      t.same(await createOverview(sql, 2).counts(), { users: { total: 3, exact: false }, sessions: { live: 3, capped: true } }, 'users as Postgres last estimated them')
    })

    await t.test('counts no session that everybody\'s ending ended', async (t) => {
      const { sessions: { live } } = await createOverview(sql).counts()
      t.ok(live > 0)
      await sql`insert into mass_endings default values`
      t.equal((await createOverview(sql).counts()).sessions.live, 0)
    })
  })
})
