import t from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { introspect, revoke, withMachine } from '../helpers/machines.js'
import { isTokenInvalid, signedByAnother } from '../helpers/refusals.js'
import { leftOut, privatePostgres } from '../helpers/services.js'
import { eventsOf, refreshWith, signedIn, statusOf, whoIs } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'

const day = 86_400_000

t.test('POST /api/auth/revoke', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const clock = { ahead: 0 }
    const app = await startApp(t, stores, withMachine, { now: () => Date.now() + clock.ahead })
    t.afterEach(() => { clock.ahead = 0 })

    for (const kind of ['access', 'refresh'] as const) {
      await t.test(`ends the session of ${kind === 'access' ? 'an access' : 'a refresh'} token at once, for both tokens`, async (t) => {
        const device = await signedIn(app)
        const response = await revoke(app, device[kind])

        t.equal(response.statusCode, 200)
        t.same(response.json(), { status: 'success' })
        isTokenInvalid(t, await whoIs(app, device.access))
        isTokenInvalid(t, await refreshWith(app, device.refresh))
        t.equal((await introspect(app, device.access)).body, '{"active":false}')
        t.same((await eventsOf(app, device.sessionId)).filter(({ type }) => type === 'session.ended').map(({ detail }) => detail.because), ['revoked'])
      })
    }

    await t.test('ends no other session', async (t) => {
      const [device, other] = [await signedIn(app), await signedIn(app)]
      await revoke(app, device.access)
      t.equal(await statusOf(app, other.access), 200)
    })

    await t.test('answers 200 whatever the token, and ends nothing by one that we did not issue', async (t) => {
      const device = await signedIn(app)
      for (const token of ['', 'nonsense', await signedByAnother(device.access), `${device.refresh}=`, 'a'.repeat(10_000)]) {
        t.equal((await revoke(app, token)).statusCode, 200)
      }
      t.equal(await statusOf(app, device.access), 200)
    })

    await t.test('answers 200 again, and to a token that has expired', async (t) => {
      const [device, other] = [await signedIn(app), await signedIn(app)]
      t.same([(await revoke(app, device.refresh)).statusCode, (await revoke(app, device.refresh)).statusCode], [200, 200])
      clock.ahead = day
      t.equal((await revoke(app, other.access)).statusCode, 200)
      t.equal((await introspect(app, other.refresh)).body, '{"active":false}')
    })
  })

  await t.test('503 with Retry-After while it cannot be written down: the session goes on', { skip: leftOut }, async (t) => {
    const postgres = await privatePostgres(t)
    const app = await startApp(t, { settings: { DATABASE_URL: postgres.url } }, withMachine)
    const device = await signedIn(app)
    await postgres.kill()
    const response = await revoke(app, device.access)

    t.equal(response.statusCode, 503)
    t.match(response.json(), { status: 'error', code: 'unavailable' })
    t.match(response.headers['retry-after'], /^[1-9]\d*$/)
    await postgres.start()
    t.equal(await eventually(async () => (await revoke(app, device.access)).statusCode, (status) => status !== 503), 200)
  })
})
