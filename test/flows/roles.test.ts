import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { signInAdmin } from '../helpers/administrators.js'
import { startApp } from '../helpers/app.js'
import { endpointsOf } from '../helpers/endpoints.js'
import { pemOf } from '../helpers/keys.js'
import { claimsOf } from '../helpers/sessions.js'
import { forEveryStore } from '../helpers/stores.js'
import { askWho, bearer, createUser, signIn, uniqueEmail, type Account } from '../helpers/users.js'

interface Caller extends Account { accessToken: string, sessionId: string }

const callers = ['nobody', 'a user whose session has ended', 'a user', 'an administrator'] as const

const base64 = (pem: string) => Buffer.from(pem).toString('base64')
const password = 'correct horse battery staple'
const forUsers = [401, 401, 200, 200]
const forUsersDone = [401, 401, 204, 204]
const forAdmins = [401, 401, 403, 200]
const forAdminsDone = [401, 401, 403, 204]
const forAdminsNobody = [401, 401, 403, 404]

/** What each caller is answered: nobody · a user whose session has ended · a user · an administrator. Ids are the caller's own, another user's, or nobody's. */
const matrix: Array<[endpoint: string, answers: number[], body?: () => object]> = [
  ['GET /api/users/me', forUsers],
  ['PATCH /api/users/me', forUsers, () => ({ name: 'Augusta' })],
  ['DELETE /api/users/me', forUsersDone, () => ({ password })],
  ['PUT /api/users/me/password', forUsers, () => ({ currentPassword: password, newPassword: 'a quiet harbour at dawn' })],
  ['PUT /api/users/me/email', [401, 401, 202, 202], () => ({ email: uniqueEmail(), password })],
  ['POST /api/auth/verify-email/send', [401, 401, 202, 202]],

  ['GET /api/sessions', forUsers],
  ['DELETE /api/sessions', forUsersDone],
  ['DELETE /api/sessions/:own', forUsersDone],
  ['DELETE /api/sessions/:another', [401, 401, 404, 404]],
  ['DELETE /api/sessions/:nobody', [401, 401, 404, 404]],
  ['DELETE /api/sessions/:none', [401, 401, 404, 404]],

  ['GET /api/users', forAdmins],
  ['GET /api/events', forAdmins],
  ['GET /api/overview', forAdmins],
  ['GET /api/keys', forAdmins],
  ['POST /api/keys', [401, 401, 403, 409]],

  ['GET /api/users/:own', forAdmins],
  ['GET /api/users/:another', forAdmins],
  ['GET /api/users/:nobody', forAdminsNobody],
  ['GET /api/users/:none', forAdminsNobody],

  ['PATCH /api/users/:own', forAdmins, () => ({ name: 'Augusta', role: 'admin' })],
  ['PATCH /api/users/:another', forAdmins, () => ({ name: 'Augusta', role: 'admin', disabled: true })],
  ['PATCH /api/users/:nobody', forAdminsNobody, () => ({ role: 'admin' })],
  ['PATCH /api/users/:none', forAdminsNobody, () => ({ role: 'admin' })],

  ['DELETE /api/users/:own', forAdminsDone],
  ['DELETE /api/users/:another', forAdminsDone],
  ['DELETE /api/users/:nobody', forAdminsNobody],
  ['DELETE /api/users/:none', forAdminsNobody],

  ['GET /api/users/:own/sessions', forAdmins],
  ['GET /api/users/:another/sessions', forAdmins],
  ['GET /api/users/:nobody/sessions', forAdminsNobody],
  ['GET /api/users/:none/sessions', forAdminsNobody],

  ['DELETE /api/users/:own/sessions', forAdminsDone],
  ['DELETE /api/users/:another/sessions', forAdminsDone],
  ['DELETE /api/users/:nobody/sessions', forAdminsNobody],
  ['DELETE /api/users/:none/sessions', forAdminsNobody]
]

/** Those that ask for no token, or judge it by rules of their own: see access.test.ts. */
const elsewhere = /^\w+ \/(\.well-known|docs|health|openapi|api\/healthchecker|api\/auth\/(?!verify-email\/send))/

const codes: Record<string, string> = { 'nobody 401': 'token_missing', 401: 'token_invalid', 403: 'forbidden', 404: 'not_found', 409: 'keys_elsewhere' }

async function call (app: FastifyInstance, who: string): Promise<Caller> {
  const account = who === 'an administrator' ? await signInAdmin(app) : await createUser(app)
  const { accessToken } = 'accessToken' in account ? { accessToken: String(account.accessToken) } : await signIn(app, account)
  if (who === 'a user whose session has ended') await app.inject({ method: 'POST', url: '/api/auth/logout', headers: bearer(accessToken) })
  return { ...account, accessToken, sessionId: claimsOf(accessToken).sid }
}

t.test('who may do what to whom', async (t) => {
  await forEveryStore(t, async (t, stores) => {
    // Keys of the environment: whoever may rotate keys hears that it is done elsewhere, however often he asks.
    const app = await startApp(t, stores, { ACCESS_TOKEN_PRIVATE_KEY: base64(pemOf('access', 0)), REFRESH_TOKEN_PRIVATE_KEY: base64(pemOf('refresh', 0)) })
    // So that nobody here is the last.
    await signInAdmin(app)

    const standing = new Map<string, Promise<Caller>>()
    // Who is refused is as before, and can be asked again.
    async function callerFor (who: string, refused: boolean): Promise<Caller> {
      const caller = (refused ? standing.get(who) : undefined) ?? call(app, who)
      if (refused) standing.set(who, caller)
      return await caller
    }

    await t.test('every route that asks for a token is in the table', async (t) => {
      const inTable = new Set(matrix.map(([endpoint]) => endpoint.replace(/:\w+/, ':id')))
      t.same([...inTable].sort(), endpointsOf(app).filter((endpoint) => !elsewhere.test(endpoint)))
    })

    for (const [endpoint, answers, body] of matrix) {
      for (const [column, who] of callers.entries()) {
        const expected = answers[column] ?? 0
        await t.test(`${endpoint} answers ${who} with ${expected}`, async (t) => {
          const refused = expected >= 400
          const [caller, another] = [await callerFor(who, refused), await callerFor('another user', refused)]
          const [method, path = ''] = endpoint.split(' ')
          const idOf = ({ id, sessionId }: Caller) => path.startsWith('/api/sessions') ? sessionId : id
          const url = path.replace(':own', idOf(caller)).replace(':another', idOf(another)).replace(':nobody', randomUUID()).replace(':none', '1')
          const before = await traces(app, caller, another)
          const response = await app.inject({
            method: method as NonNullable<InjectOptions['method']>, url, ...(who === 'nobody' ? {} : { headers: bearer(caller.accessToken) }), ...(body === undefined ? {} : { payload: body() })
          })

          t.equal(response.statusCode, expected)
          if (!endpoint.includes(':another')) t.equal((await askWho(app, another.accessToken)).statusCode, 200, 'the other user is let alone')
          if (!refused) return
          t.match(response.json(), { status: 'fail', code: codes[`${who} ${expected}`] ?? codes[expected] })
          t.same(await traces(app, caller, another), before, 'nothing has changed')
          t.equal((await askWho(app, another.accessToken)).statusCode, 200)
        })
      }
    }
  })
})

/** All that a call could have changed of these. */
async function traces (app: FastifyInstance, ...people: Caller[]) {
  const ids = people.map(({ id }) => id)
  const [users, sessions, events] = await Promise.all([
    app.sql`select id, version, role, password_version, disabled_at from users where id = any(${ids}::uuid[]) order by id`,
    app.sql`select id, ended_at from sessions where user_id = any(${ids}::uuid[]) order by id`,
    // Mails are sent at their own time.
    app.sql`select id, type from events where user_id = any(${ids}::uuid[]) and type not like 'email.%' order by id`
  ])
  return [[...users], [...sessions], [...events]]
}
