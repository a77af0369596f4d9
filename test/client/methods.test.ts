import { join } from 'node:path'
import t from 'tap'
import { createClient, GatehouseError } from '../../client/index.js'
import { leaveAdmins } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { mailTo } from '../helpers/outbox.js'
import { workplace } from '../helpers/programs.js'
import { uniqueEmail } from '../helpers/users.js'

const password = 'correct horse battery staple'

t.test('the methods of the client', async (t) => {
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const newClient = () => createClient({ url, transport: 'body' })

  async function signedIn (name = 'Ada') {
    const client = newClient()
    const email = uniqueEmail()
    const { id } = await client.register({ name, email, password })
    await client.login({ email, password })
    return { client, id, email }
  }

  t.test('register, login, me, logout', async (t) => {
    const client = newClient()
    const email = uniqueEmail()
    t.match(await client.register({ name: ' Ada ', email, password }), { name: 'Ada', email, role: 'user', verified: false })
    t.equal(client.signedIn, undefined)
    t.equal(await client.me(), null, 'registering signs nobody in')
    t.equal(client.signedIn, false)
    t.equal(await client.login({ email, password }), undefined)
    t.equal(client.signedIn, true)
    t.match(await client.me(), { name: 'Ada', email })
    await client.logout()
    t.equal(client.signedIn, false)
    t.equal(await client.me(), null)
    await client.logout()
  })

  t.test('what is thrown says why', async (t) => {
    const { client, email } = await signedIn()
    await t.rejects(client.register({ name: 'Ada', email, password }), { name: 'GatehouseError', status: 409, code: 'email_taken', errors: [] })
    await t.rejects(client.login({ email, password: 'not her password' }), { status: 401, code: 'invalid_credentials' })
    await t.rejects(client.register({ name: '', email: 'nobody', password: '' }), { code: 'validation_failed', errors: [{ path: '/name' }, { path: '/email' }, { path: '/password' }] })
    await t.rejects(client.changePassword({ currentPassword: 'not her password', newPassword: password }), { status: 403, code: 'wrong_password' })
    await t.rejects(newClient().sessions.list(), { status: 401, code: 'token_missing' })
    const error = await client.users.list().catch((error: unknown) => error)
    t.ok(error instanceof GatehouseError && error instanceof Error)
    t.match(error, { status: 403, code: 'forbidden', message: String, retryAfter: undefined })
  })

  t.test('one\'s own account', async (t) => {
    const { client, email } = await signedIn()
    const heard: string[] = []
    client.on('changed', ({ type, here }) => heard.push(`${type} ${here}`))
    t.match(await client.changeMe({ name: 'Grace', photo: 'grace.jpg' }), { name: 'Grace', photo: 'grace.jpg' })
    t.same(heard, ['changed true'])

    const wanted = uniqueEmail()
    await client.changeEmail({ email: wanted, password })
    const { token } = await mailTo(app, wanted)
    t.match(await client.verifyEmail({ token }), { email: wanted, verified: true })
    await t.rejects(client.verifyEmail({ token }), { status: 400, code: 'token_invalid' })
    await client.sendVerification()

    await client.changePassword({ currentPassword: password, newPassword: 'another harbour at dusk' })
    t.match(await client.me(), { email: wanted }, 'with the tokens of the answer')
    await t.rejects(client.login({ email: wanted, password }), { code: 'invalid_credentials' })
    await t.rejects(client.deleteMe({ password }), { code: 'wrong_password' })
    await client.deleteMe({ password: 'another harbour at dusk' })
    t.equal(client.signedIn, false)
    t.equal(await client.me(), null)
    t.not(email, wanted)
  })

  t.test('a forgotten password', async (t) => {
    const { client, email } = await signedIn()
    await client.forgotPassword({ email })
    const { token } = await mailTo(app, email, /password/i)
    await client.resetPassword({ token, password: 'another harbour at dusk' })
    t.equal(await client.me(), null, 'every session has ended')
    await client.login({ email, password: 'another harbour at dusk' })
  })

  t.test('one\'s sessions', async (t) => {
    const { client, email } = await signedIn()
    const other = newClient()
    await other.login({ email, password })
    const third = newClient()
    await third.login({ email, password })

    const sessions = await client.sessions.list()
    t.equal(sessions.length, 3)
    const [theirs] = (await other.sessions.list()).filter(({ current }) => current)
    await client.sessions.end(theirs?.id ?? '')
    t.equal(await other.me(), null)
    await t.rejects(client.sessions.end(theirs?.id ?? ''), { status: 404, code: 'not_found' })
    await client.sessions.endOthers()
    t.equal(await third.me(), null)
    t.ok(await client.me())

    await third.login({ email, password })
    await client.logout({ everywhere: true })
    t.equal(await third.me(), null)
    await t.rejects(client.logout({ everywhere: true }), { status: 401, code: 'token_missing' }, 'nobody was signed in, so nothing ended')
  })

  t.test('for admins: users and events', async (t) => {
    const { client, id } = await signedIn('Admin')
    await leaveAdmins(app, id)
    const { client: theirs, id: user, email } = await signedIn('Zuse')

    const page = await client.users.list({ limit: 1 })
    t.same(page.users.map(({ id }) => id), [user])
    const next = await client.users.list({ limit: 1, cursor: page.nextCursor ?? undefined })
    t.not(next.users[0]?.id, user)
    t.same((await client.users.list({ q: 'zuse', role: undefined })).users.map(({ id }) => id), [user])
    t.match(await client.users.get(user), { name: 'Zuse', disabled: false })
    t.match(await client.users.change(user, { name: 'Konrad' }), { name: 'Konrad', email })
    t.equal((await client.users.sessions(user)).length, 1)
    await client.users.endSessions(user)
    t.equal(await theirs.me(), null)

    const { events } = await client.events.list({ user, type: 'session.ended' })
    t.match(events, [{ type: 'session.ended', userId: user, detail: { because: 'revoked' } }])
    await client.users.delete(user)
    await t.rejects(client.users.get(user), { code: 'not_found' })
    await t.rejects(client.users.change(id, { role: 'user' }), { status: 409, code: 'last_admin' })
  })

  t.test('for admins: the overview and the keys', async (t) => {
    const { client, id } = await signedIn('Admin')
    await leaveAdmins(app, id)

    t.match(await client.overview(), { period: '24h', signIns: { length: 48 }, users: { exact: true }, sessions: { capped: false }, node: { hashing: { waiting: 0 } } })
    t.match(await client.overview('1h'), { period: '1h', signIns: { length: 60 } })

    t.match(await client.keys.list(), { keys: [{ purpose: 'access', state: 'current' }, { purpose: 'refresh', state: 'current' }], rotation: 'possible' })
    const { keys, rotation } = await client.keys.rotate()
    t.same([keys.map(({ state }) => state), rotation], [['next', 'current', 'next', 'current'], 'under_way'])
    t.same((await client.keys.list()).keys, keys)
    await t.rejects(client.keys.rotate(), { status: 409, code: 'rotation_under_way' })

    const { client: theirs } = await signedIn()
    for (const ask of [theirs.overview, theirs.keys.list, theirs.keys.rotate]) await t.rejects(async () => { await ask() }, { status: 403, code: 'forbidden' })
  })
})
