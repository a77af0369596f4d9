import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { recordOf as sessionRecordOf } from '../../src/store/sessions/row.js'
import { sweep } from '../../src/store/sweep.js'
import { startApp } from '../helpers/app.js'
import { createUser, logOut, signIn, signedIn, somewhere } from '../helpers/sessions.js'
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
      t.same(brought, { ended: [], endedAgo: [], everyoneMicros: undefined, renewed: [], users: [], deleted: [] }, 'who registered and who signed in is no news')
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

    await t.test('brings the live sessions that were renewed with a new password, whole, and the users who were deleted', async (t) => {
      const renew = async (seconds: number, ended = false) => {
        const { id, sessionId } = await signedIn(app)
        const successors = { passwordHash: 'x'.repeat(60), accessId: randomUUID(), refreshId: randomUUID() }
        await app.sessionsRecord.changePassword({ userId: id, passwordVersion: 1, sessionId, ...successors }, somewhere)
        await sql`update sessions set renewed_at = renewed_at - make_interval(secs => ${seconds}) where id = ${sessionId}`
        if (ended) await app.sessionsRecord.endOne(sessionId, 'logout', somewhere)
        return sessionId
      }
      const remove = async (seconds: number) => {
        const { id } = await signedIn(app)
        await app.users.remove(id, somewhere)
        await sql`update events set at = at - make_interval(secs => ${seconds}) where user_id = ${id}`
        return id
      }
      const [now, before, over] = [await renew(0), await renew(61), await renew(0, true)]
      const [gone, goneBefore] = [await remove(0), await remove(61)]
      const { renewed, deleted } = await sweep(sql, undefined, 60)
      const idsRenewed = renewed.map(({ id }) => id)

      t.same([now, before, over].map((id) => idsRenewed.includes(id)), [true, false, false])
      t.same(renewed.find(({ id }) => id === now), await app.sessionsRecord.find(now).then((session) => session && sessionRecordOf(session)))
      t.same([gone, goneBefore].map((id) => deleted.includes(id)), [true, false])
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
