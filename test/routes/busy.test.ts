import t from 'tap'
import type { LightMyRequestResponse } from 'fastify'
import { changePassword, deleteMe } from '../helpers/accounts.js'
import { startApp } from '../helpers/app.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn, uniqueEmail } from '../helpers/users.js'

t.test('a full queue of hashes', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { HASH_THREADS: '1', HASH_QUEUE: '0' })
    const ada = await createUser(app)
    const eve = await createUser(app)
    const { accessToken } = await signIn(app, eve)
    const post = async (url: string, payload: object) => await app.inject({ method: 'POST', url, payload })

    const isBusy = (answer: LightMyRequestResponse) => {
      t.equal(answer.statusCode, 503)
      t.match(answer.json(), { status: 'error', code: 'busy' })
      t.match(answer.headers['retry-after'], /^[1-9]\d*$/)
      t.equal(answer.headers['set-cookie'], undefined)
    }

    for (const [what, act] of Object.entries({
      'register answers': () => post('/api/auth/register', { name: 'Ada', email: uniqueEmail(), password: 'correct horse' }),
      'login with a right password answers': () => post('/api/auth/login', ada),
      'login with a wrong password answers': () => post('/api/auth/login', { email: ada.email, password: 'not her password' }),
      'login of an unknown address answers': () => post('/api/auth/login', { email: uniqueEmail(), password: 'correct horse' }),
      'a deletion of the account answers': () => deleteMe(app, accessToken, { password: 'not her password' }),
      'a change of the password answers': () => changePassword(app, accessToken, eve)
    })) {
      await t.test(`${what} 503 busy with Retry-After`, async (t) => {
        let finish = () => {}
        const running = app.passwords.gate.run(() => new Promise<void>((resolve) => { finish = resolve }))
        isBusy(await act())
        finish()
        await running

        t.not((await act()).statusCode, 503, 'and is served again once there is room')
      })
    }

    await t.test('nobody is looked for on behalf of a login that is refused', async (t) => {
      let finish = () => {}
      const running = app.passwords.gate.run(() => new Promise<void>((resolve) => { finish = resolve }))
      const find = app.users.credentialsOf
      t.teardown(() => { app.users.credentialsOf = find })
      let asked = 0
      app.users.credentialsOf = async (email) => {
        asked++
        return await find(email)
      }

      isBusy(await post('/api/auth/login', ada))
      t.equal(asked, 0)
      finish()
      await running
      await post('/api/auth/login', ada)
      t.equal(asked, 1)
    })

    await t.test('a login is refused before anything of it is read', async (t) => {
      let finish = () => {}
      const running = app.passwords.gate.run(() => new Promise<void>((resolve) => { finish = resolve }))
      const broken = { method: 'POST', url: '/api/auth/login', headers: { 'content-type': 'application/json' }, payload: '{' } as const
      isBusy(await app.inject(broken))
      finish()
      await running
      t.equal((await app.inject(broken)).statusCode, 400)
    })

    await t.test('parallel logins: some get in, the others are told to come again, none is an error of ours', async (t) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => post('/api/auth/login', ada)))
      const refused = answers.filter(({ statusCode }) => statusCode !== 200)

      t.ok(refused.length > 0 && refused.length < answers.length)
      refused.forEach(isBusy)
    })
  })

  await forEveryStore(t, async (t, stores) => {
    await t.test('a guess that was not judged does not count', async (t) => {
      const app = await startApp(t, stores, { HASH_THREADS: '1', HASH_QUEUE: '0', RATE_LIMITS: 'on' })
      const email = uniqueEmail()
      await app.users.register({ name: 'Ada', email, passwordHash: await app.passwords.hash('correct horse') }, { ip: '127.0.0.1', userAgent: null })
      const login = async () => (await post(app, email)).statusCode
      let finish = () => {}
      const running = app.passwords.gate.run(() => new Promise<void>((resolve) => { finish = resolve }))
      for (let guess = 0; guess < 15; guess++) t.equal(await login(), 503)
      finish()
      await running

      t.equal(await login(), 200)
    })
  })
})

const post = async (app: Awaited<ReturnType<typeof startApp>>, email: string) =>
  await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password: 'correct horse' }, remoteAddress: '203.0.113.77' })
