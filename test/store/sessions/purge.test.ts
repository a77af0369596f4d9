import t from 'tap'
import { purgeSessions } from '../../../src/store/sessions/purge.js'
import { startApp } from '../../helpers/app.js'
import { createUser, logOut, rowOf, signIn } from '../../helpers/sessions.js'
import { forEveryStore } from '../../helpers/stores.js'
import { passTime } from '../../helpers/time.js'

const day = 86_400
const maxSeconds = 30 * day

t.test('Removing old sessions', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const ada = await createUser(app)

    await t.test('one that ended more than a day ago goes, one that ended today stays', async (t) => {
      const [old, fresh] = [await signIn(app, ada), await signIn(app, ada)]
      await logOut(app, old.refresh)
      await logOut(app, fresh.refresh)
      await app.sql`update sessions set ended_at = ended_at - interval '25 hours' where id = ${old.sessionId}`

      t.equal(await purgeSessions(app.sql, maxSeconds), 1)
      t.equal(await rowOf(app, old.sessionId), undefined)
      t.match(await rowOf(app, fresh.sessionId), { endedBecause: 'logout' })
    })

    await t.test('one past the greatest age goes, a live one of any age stays', async (t) => {
      const [outlived, live] = [await signIn(app, ada), await signIn(app, ada)]
      await passTime(app, { sessionId: outlived.sessionId, seconds: maxSeconds + day + 1 })
      await passTime(app, { sessionId: live.sessionId, seconds: maxSeconds - 1 })

      t.equal(await purgeSessions(app.sql, maxSeconds), 1)
      t.equal(await rowOf(app, outlived.sessionId), undefined)
      t.ok(await rowOf(app, live.sessionId))
    })
  })
})
