import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { sweep } from '../../src/store/sweep.js'
import { startApp } from '../helpers/app.js'
import { createUser, logOut, signIn, somewhere } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'

/** A session that ended so long ago. */
async function endedAgo (app: FastifyInstance, seconds: number) {
  const device = await signIn(app, await createUser(app))
  await logOut(app, device.refresh)
  await app.sql`update sessions set ended_at = ended_at - make_interval(secs => ${seconds}) where id = ${device.sessionId}`
  return device.sessionId
}

/** A user who was changed so long ago. */
async function changedAgo (app: FastifyInstance, seconds: number) {
  const { id } = await createUser(app)
  await app.sql`
    update users
    set name = 'Changed', version = 2, created_at = created_at - interval '1 day', updated_at = now() - make_interval(secs => ${seconds})
    where id = ${id}
  `
  return id
}

t.test('sweep', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const { sql } = app
    const idsOf = async (since: Date | undefined, seconds = 60) => {
      const { ended, users } = await sweep(sql, since, seconds)
      return { ended, users: users.map(({ id }) => id) }
    }

    await t.test('of a time in which nothing happened brings nothing but the database\'s clock', async (t) => {
      await signIn(app, await createUser(app))
      const { at, ...brought } = await sweep(sql, undefined, 60)
      t.same(brought, { ended: [], everyoneMicros: undefined, users: [] }, 'who registered and who signed in is no news')
      t.ok(Math.abs(at.getTime() - Date.now()) < 2000)
    })

    await t.test('brings the sessions that ended and the users that changed within its time', async (t) => {
      const [now, before] = [await endedAgo(app, 0), await endedAgo(app, 61)]
      const [user, old] = [await changedAgo(app, 0), await changedAgo(app, 61)]
      const { ended, users } = await idsOf(undefined)
      t.same([ended.includes(now), ended.includes(before)], [true, false])
      t.same([users.includes(user), users.includes(old)], [true, false])
      t.ok((await idsOf(undefined, 120)).ended.includes(before))
    })

    await t.test('looks five seconds further back than the last one, for what was committed late', async (t) => {
      const { at } = await sweep(sql, undefined, 1)
      const [late, tooLate] = [await endedAgo(app, 4), await endedAgo(app, 8)]
      const [user, old] = [await changedAgo(app, 4), await changedAgo(app, 8)]
      const { ended, users } = await idsOf(at, 0)
      t.same([ended.includes(late), ended.includes(tooLate)], [true, false])
      t.same([users.includes(user), users.includes(old)], [true, false])
    })

    await t.test('brings users whole, the one changed last at the end', async (t) => {
      const [second, first] = [await changedAgo(app, 100), await changedAgo(app, 200)]
      const { users } = await sweep(sql, undefined, 300)
      const order = users.map(({ id }) => id)
      t.ok(order.indexOf(first) < order.indexOf(second))
      t.same(users.find(({ id }) => id === first), await app.users.find(first))
    })

    await t.test('brings the moment up to which everybody\'s sessions were ended, however long ago', async (t) => {
      const micros = await app.sessionsRecord.endEveryone(somewhere)
      const { at } = await sweep(sql, undefined, 60)
      t.equal((await sweep(sql, new Date(at.getTime() + 3_600_000), 0)).everyoneMicros, micros)
    })
  })
})
