import t from 'tap'
import { startApp } from '../helpers/app.js'
import { insertUser } from '../helpers/outbox.js'
import { somewhere } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, uniqueEmail } from '../helpers/users.js'

const slowSeconds = 0.3

t.test('an address that is taken is told no sooner than another is registered', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores)
    const taken = await insertUser(app.sql)

    // Nothing but this one has been registered through this process: it is the one that is drawn.
    let registering: Promise<unknown> = Promise.resolve()
    await app.sql.begin(async (tx) => {
      await tx`lock table outbox in exclusive mode`
      registering = app.accounts.register({ name: 'Ada', email: uniqueEmail(), passwordHash: 'x'.repeat(60) }, somewhere)
      await tx`select pg_sleep(${slowSeconds})`
    })
    await registering

    const begun = performance.now()
    await t.rejects(createUser(app, { email: taken.email }), /email_taken/)
    t.ok(performance.now() - begun > slowSeconds * 500, 'it would be over in a moment by itself')
  })
})
