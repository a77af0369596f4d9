import { randomBytes, randomUUID } from 'node:crypto'
import postgres, { type Row } from 'postgres'
import t from 'tap'
import { migrate } from '../../src/store/migrations.js'
import { available, leftOut, privatePostgres } from '../helpers/services.js'

const skip = available.postgres ? false : leftOut || 'no Postgres here'

t.test('the tables refuse what must never be in them', { skip }, async (t) => {
  const server = await privatePostgres(t)
  await migrate(server.url)
  const sql = postgres(server.url, { max: 1, onnotice () {} })
  t.teardown(async () => await sql.end())

  const newUser = () => ({ id: randomUUID(), name: 'Ada', email: `${randomUUID()}@example.com`, password_hash: 'x'.repeat(60) })
  const insert = async (table: string, row: object) => await sql`insert into ${sql(table)} ${sql(row as Row)}`
  const user = newUser()
  await insert('users', user)

  const newSession = () => ({
    id: randomUUID(), user_id: user.id, access_id: randomUUID(), refresh_id: randomUUID(), access_role: 'user', transport: 'cookie', expires_at: new Date(Date.now() + 60_000)
  })
  const id = randomUUID()

  const wrongUsers: [string, object][] = [
    ['no name', { name: '' }],
    ['a name of 101 signs', { name: 'x'.repeat(101) }],
    ['a name with a blank at its end', { name: 'Ada ' }],
    ['an address in capitals', { email: 'Ada@example.com' }],
    ['an address with a blank', { email: ' ada@example.com' }],
    ['an address of 255 signs', { email: `${'x'.repeat(243)}@example.com` }],
    ['an address that is taken', { email: user.email }],
    ['an id that is taken', { id: user.id }],
    ['no hash', { password_hash: null }],
    ['a password where the hash belongs', { password_hash: 'hunter2' }],
    ['a role nobody knows', { role: 'root' }],
    ['a version of nought', { version: 0 }],
    ['a password version of nought', { password_version: 0 }],
    ['a photo of nothing', { photo: '' }],
    ['a change before its making', { updated_at: new Date(0) }]
  ]
  const wrongSessions: [string, object][] = [
    ['nobody’s, and live', { user_id: null }],
    ['of a user there is not', { user_id: randomUUID() }],
    ['one id for both tokens', { access_id: id, refresh_id: id }],
    ['an access token that is its own successor', { access_id: id, previous_access_id: id, previous_refresh_id: randomUUID() }],
    ['a refresh token that is its own successor', { refresh_id: id, previous_refresh_id: id, previous_access_id: randomUUID() }],
    ['half a parent', { previous_access_id: randomUUID() }],
    ['an older token without its time', { older_refresh_ids: [randomUUID()] }],
    ['renewed, and nothing known of what it had', { renewed_at: new Date() }],
    ['a role nobody knows', { access_role: 'root' }],
    ['a transport nobody knows', { transport: 'pigeon' }],
    ['an expiry before its beginning', { expires_at: new Date(0) }],
    ['an end without a reason', { ended_at: new Date() }],
    ['a reason without an end', { ended_because: 'logout' }],
    ['a reason nobody knows', { ended_at: new Date(), ended_because: 'boredom' }],
    ['a version of nought', { version: 0 }],
    ['an address of 46 signs', { ip: 'x'.repeat(46) }],
    ['a browser of 513 signs', { user_agent: 'x'.repeat(513) }]
  ]
  const wrongEvents: [string, object][] = [
    ['a type in capitals', { type: 'Login.Failed' }],
    ['a type without a dot', { type: 'login' }],
    ['a detail that is no object', { type: 'login.failed', detail: sql.json(['x']) }]
  ]

  const newMail = () => ({ kind: 'password_changed', user_id: user.id, email: 'ada@example.com' })
  const wrongMails: [string, object][] = [
    ['a kind in capitals', { kind: 'Event' }],
    ['of a user there is not', { user_id: randomUUID() }],
    ['an address of 255 signs', { email: 'x'.repeat(255) }],
    ['a detail that is no object', { detail: sql.json(['x']) }],
    ['fewer attempts than none', { attempts: -1 }],
    ['a complaint of 501 signs', { last_error: 'x'.repeat(501) }]
  ]
  // One a user and purpose: each is somebody else's.
  const holders = Array.from({ length: 9 }, newUser)
  for (const holder of holders) await insert('users', holder)
  const newToken = () => ({ user_id: holders.pop()?.id, purpose: 'reset', hash: randomBytes(32), email: 'ada@example.com', expires_at: new Date(Date.now() + 60_000) })
  const taken = newToken()
  await insert('email_tokens', taken)
  const wrongTokens: [string, object][] = [
    ['of a user there is not', { user_id: randomUUID() }],
    ['a purpose nobody knows', { purpose: 'login' }],
    ['a second one of a user and purpose', { user_id: taken.user_id }],
    ['a hash that is taken', { hash: taken.hash }],
    ['a secret where the hash belongs', { hash: randomBytes(43) }],
    ['an expiry before its making', { expires_at: new Date(0) }]
  ]

  for (const [table, sound, rows] of [
    ['users', newUser, wrongUsers], ['sessions', newSession, wrongSessions], ['events', () => ({ type: 'login.failed' }), wrongEvents],
    ['outbox', newMail, wrongMails], ['email_tokens', newToken, wrongTokens]
  ] as const) {
    t.test(`${table}: a sound row is taken`, async (t) => t.resolves(insert(table, sound())))
    for (const [title, changes] of rows) {
      t.test(`${table}: ${title}`, async (t) => t.rejects(insert(table, { ...sound(), ...changes }), { code: /^23/ }))
    }
  }

  t.test('an ended session outlives its user', async (t) => {
    const leaving = newUser()
    await insert('users', leaving)
    const session = { ...newSession(), user_id: leaving.id }
    await insert('sessions', session)
    await t.rejects(sql`delete from users where id = ${leaving.id}`, { code: '23514' }, 'not while it lives')
    await sql`update sessions set ended_at = now(), ended_because = 'user_deleted' where id = ${session.id}`
    await sql`delete from users where id = ${leaving.id}`
    t.match(await sql`select user_id from sessions where id = ${session.id}`, [{ user_id: null }])
  })
})
