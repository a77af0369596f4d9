import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { eventually } from '../helpers/eventually.js'
import { leftOut, privatePostgres, privateRedis } from '../helpers/services.js'
import { logIn, logOut, refreshWith, refreshed, signIn, signedIn, statusOf, whoIs, type Account, type Device } from '../helpers/sessions.js'

const recovered = { within: 5000 }

async function node (t: Test) {
  // Killed, it may lose nothing that it confirmed.
  const [postgres, redis] = await Promise.all([privatePostgres(t, { durable: true }), privateRedis(t)])
  const app = await startApp(t, { settings: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } })
  const healed = async () => {
    await eventually(() => app.copies.sweep().then(() => true, () => false), Boolean, recovered)
    await eventually(() => app.copies.trust.shared && app.copies.trust.postgres && app.copies.trust.longest() === 60_000, Boolean, recovered)
  }
  await healed()
  return { app, postgres, redis, healed }
}

const register = async (app: FastifyInstance) => await app.inject({
  method: 'POST', url: '/api/auth/register', body: { name: 'Eve', email: 'eve@example.com', password: 'a quiet harbour at dusk' }
})

/** 503, when to come back, and no cookie cleared. */
function saysLater (t: Test, { statusCode, headers, json }: LightMyRequestResponse, of: string) {
  t.equal(statusCode, 503, of)
  t.match(json(), { status: 'error', code: 'unavailable' })
  t.match(headers['retry-after'], /^[1-9]\d*$/)
  t.equal(headers['set-cookie'], undefined)
}

async function needsPostgres (t: Test, app: FastifyInstance, user: Account & Device) {
  const cookie = `access_token=${user.access}; refresh_token=${user.refresh}`
  const asked = {
    register: register(app),
    login: logIn(app, user),
    'refresh by body': refreshWith(app, user.refresh),
    'refresh by cookie': app.inject({ method: 'POST', url: '/api/auth/refresh', headers: { cookie } }),
    'logout by body': logOut(app, user.refresh),
    'logout by cookie': app.inject({ method: 'POST', url: '/api/auth/logout', headers: { cookie } }),
    'logout everywhere': app.inject({ method: 'POST', url: '/api/auth/logout', headers: { cookie }, body: { everywhere: true } })
  }
  for (const [name, answer] of Object.entries(asked)) saysLater(t, await answer, name)
}

t.test('Postgres that breaks', { skip: leftOut }, async (t) => {
  const { app, postgres, redis, healed } = await node(t)

  t.test('stopped, lets the signed-in go on, and what must write says later', async (t) => {
    const user = await signedIn(app)
    const second = await signIn(app, user)
    t.equal(await statusOf(app, user.access), 200)
    await postgres.stop()

    t.equal(await statusOf(app, user.access), 200)
    app.copies.sessions.clear()
    app.copies.users.clear()
    t.equal((await whoIs(app, user.access)).json().data.user.id, user.id, 'from Redis, with nothing in memory')
    t.equal(await statusOf(app, second.access), 200)
    await needsPostgres(t, app, user)

    await postgres.start()
    await healed()
    t.equal(await statusOf(app, user.access), 200, 'nobody was signed out')
    const successor = await refreshed(app, user.refresh)
    t.equal((await logOut(app, successor.refresh)).statusCode, 200)
    t.equal(await statusOf(app, successor.access), 401)
  })

  t.test('stopped, refuses what ended before, and cannot say of what nobody remembers', async (t) => {
    const [gone, user] = [await signedIn(app), await signedIn(app)]
    await logOut(app, gone.refresh)
    t.equal(await statusOf(app, user.access), 200)
    await postgres.stop()
    t.teardown(async () => {
      await postgres.start()
      await healed()
    })

    t.equal(await statusOf(app, gone.access), 401)
    await redis.flush()
    t.equal(await statusOf(app, user.access), 200, 'in memory')
    app.copies.sessions.clear()
    saysLater(t, await whoIs(app, user.access), 'nowhere')
  })

  t.test('frozen, is answered for in bounded time, and all is well once thawed', async (t) => {
    const user = await signedIn(app)
    t.equal(await statusOf(app, user.access), 200)
    postgres.freeze()
    t.teardown(() => postgres.thaw())

    const begun = performance.now()
    await Promise.all([
      needsPostgres(t, app, user),
      ...Array.from({ length: 20 }, async () => t.equal(await statusOf(app, user.access), 200))
    ])
    t.ok(performance.now() - begun < 3000, `${performance.now() - begun} ms`)

    postgres.thaw()
    await healed()
    const successor = await refreshed(app, user.refresh)
    t.equal(await statusOf(app, successor.access), 200)
  })

  t.test('killed under load, takes neither the process nor a session with it', async (t) => {
    const users: Array<Account & Device> = []
    for (let count = 0; count < 8; count++) users.push(await signedIn(app))
    const statuses = new Map<number, number>()
    const load = { running: true }

    const lives = users.map(async (user) => {
      let { access, refresh } = user
      while (load.running) {
        const answers = [await refreshWith(app, refresh), await whoIs(app, access)]
        if (answers[0]?.statusCode === 200) ({ access_token: access, refresh_token: refresh } = answers[0].json())
        for (const { statusCode } of answers) statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
        await wait(1)
      }
      return refresh
    })
    for (let kills = 0; kills < 2; kills++) {
      const served = statuses.get(200) ?? 0
      await eventually(() => (statuses.get(200) ?? 0) > served + 30, Boolean, recovered)
      await postgres.kill()
      const refused = statuses.get(503) ?? 0
      await eventually(() => (statuses.get(503) ?? 0) > refused + 8, Boolean, recovered)
      await postgres.start()
      await healed()
    }
    load.running = false
    const refreshTokens = await Promise.all(lives)

    t.same([...statuses.keys()].filter((status) => ![200, 401, 503].includes(status)), [])
    for (const refresh of refreshTokens) t.equal((await refreshWith(app, refresh)).statusCode, 200)
  })
})

t.test('both stores that break', { skip: leftOut }, async (t) => {
  const { app, postgres, redis, healed } = await node(t)

  for (const [how, breakBoth] of [
    ['stopped', async () => { await Promise.all([postgres.stop(), redis.stop()]) }],
    ['frozen', async () => {
      postgres.freeze()
      redis.freeze()
    }]
  ] as const) {
    t.test(`${how}, leave nobody who could say after two seconds`, async (t) => {
      const user = await signedIn(app)
      t.equal(await statusOf(app, user.access), 200)
      await breakBoth()
      const begun = performance.now()
      const answers = await eventually(() => whoIs(app, user.access), ({ statusCode }) => statusCode !== 200, { within: 5000 })
      t.ok(performance.now() - begun < 2000 + 2200, 'two seconds, and what asking takes')
      saysLater(t, answers, 'me')
      saysLater(t, await whoIs(app, user.access), 'me again')
      saysLater(t, await refreshWith(app, user.refresh), 'refresh')

      postgres.thaw()
      redis.thaw()
      await Promise.all([postgres.start(), redis.start()])
      await healed()
      t.equal(await statusOf(app, user.access), 200)
      t.equal((await refreshWith(app, user.refresh)).statusCode, 200)
    })
  }
})
