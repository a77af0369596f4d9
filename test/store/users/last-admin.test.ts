import { randomUUID } from 'node:crypto'
import t from 'tap'
import { LastAdmin } from '../../../src/errors.js'
import { refuseLastAdmin } from '../../../src/store/users/last-admin.js'
import { startApp } from '../../helpers/app.js'
import { forEveryStore } from '../../helpers/stores.js'

const rounds = 50
const somewhere = { ip: '192.0.2.1', userAgent: 'a test' }
const actor = { by: 'a test', ...somewhere }

t.test('the last administrator', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const { sql, users } = await startApp(t, stores)

    async function someone ({ role = 'admin', disabled = false } = {}): Promise<string> {
      const id = randomUUID()
      await sql`
        insert into users (id, name, email, password_hash, role, disabled_at)
        values (${id}, 'Ada', ${`${id}@example.com`}, ${'x'.repeat(20)}, ${role}, case when ${disabled} then now() end)
      `
      return id
    }
    const judge = async (id: string) => await sql.begin(async (tx) => await refuseLastAdmin(tx, id))
    const enabledAdmins = async () => [...await sql<{ id: string }[]>`select id from users where role = 'admin' and disabled_at is null`].map(({ id }) => id)
    t.beforeEach(async () => { await sql`delete from users` })

    await t.test('is whoever may administer while nobody else may', async (t) => {
      const ada = await someone()
      await someone({ disabled: true })
      await someone({ role: 'user' })
      await t.rejects(judge(ada), LastAdmin)
    })

    await t.test('is nobody while there is another', async (t) => {
      const [ada, grace] = [await someone(), await someone()]
      await judge(ada)
      await judge(grace)
      t.equal((await enabledAdmins()).length, 2)
    })

    await t.test('is nobody who is disabled, no administrator, or not there', async (t) => {
      await someone()
      for (const id of [await someone({ disabled: true }), await someone({ role: 'user' }), randomUUID()]) await t.resolves(judge(id))
      await sql`update users set disabled_at = now() where role = 'admin'`
      for (const { id } of await sql<{ id: string }[]>`select id from users`) await t.resolves(judge(id))
    })

    const demote = async (id: string) => await users.administer(id, { role: 'user' }, actor)
    const disable = async (id: string) => await users.administer(id, { disabled: true }, actor)
    const remove = async (id: string) => await users.remove(id, { by: 'a test', ...somewhere })
    const leave = async (id: string) => await users.remove(id, { passwordVersion: 1, ...somewhere })

    for (const [title, one, other] of [
      ['two who are demoted', demote, demote], ['one disabled and one deleted', disable, remove], ['one demoted and one disabled', demote, disable],
      ['two who are deleted', remove, remove], ['one demoted and one who leaves', demote, leave]
    ] as const) {
      await t.test(`of ${title} at once, one stays, ${rounds} times out of ${rounds}`, async (t) => {
        for (let round = 0; round < rounds; round++) {
          await sql`delete from users`
          const [ada, grace] = [await someone(), await someone()]
          const outcomes = await Promise.allSettled([one(ada), other(grace)])

          const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
          if (refused.length !== 1 || !(refused[0]?.reason instanceof LastAdmin)) t.same(outcomes, 'one of them refused with LastAdmin')
          const left = await enabledAdmins()
          if (left.length !== 1) t.same(left, 'one administrator', `round ${round}`)
        }
      })
    }

    await t.test('stays when ten do everything to everybody at once', async (t) => {
      for (let round = 0; round < 10; round++) {
        await sql`delete from users`
        const all = [await someone(), await someone(), await someone()]
        const acts = all.flatMap((id) => [demote, disable, remove].map(async (act) => await act(id)))
        for (const outcome of await Promise.allSettled(acts)) if (outcome.status === 'rejected') t.type(outcome.reason, LastAdmin)
        t.equal((await enabledAdmins()).length, 1)
      }
    })

    await t.test('is told of without one waiting for another in a circle: one is demoted by another as he leaves', async (t) => {
      for (let round = 0; round < rounds; round++) {
        await sql`delete from users`
        const [ada] = [await someone(), await someone()]
        for (const outcome of await Promise.allSettled([demote(ada), leave(ada), disable(ada)])) {
          if (outcome.status === 'rejected') t.fail(String(outcome.reason))
        }
        t.equal((await enabledAdmins()).length, 1)
      }
    })
  })
})
