import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

export interface Account { id: string, email: string, password: string }

/** What a device holds once it has signed in. */
export interface Device { sessionId: string, access: string, refresh: string }

export const somewhere = { ip: '127.0.0.1', userAgent: 'a test' }

export async function createUser (app: FastifyInstance): Promise<Account> {
  const account = { name: 'Ada', email: `${randomUUID()}@example.com`, password: 'a quiet harbour at dawn' }
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/auth/register', body: account })
  if (statusCode !== 200) throw new Error(`could not register: ${body}`)
  return { ...account, id: JSON.parse(body).data.user.id }
}

export const logIn = async (app: FastifyInstance, { email, password }: Omit<Account, 'id'>) =>
  await app.inject({ method: 'POST', url: '/api/auth/login', body: { email, password, transport: 'body' } })

export async function signIn (app: FastifyInstance, account: Omit<Account, 'id'>): Promise<Device> {
  const answer = await logIn(app, account)
  if (answer.statusCode !== 200) throw new Error(`could not log in: ${answer.body}`)
  return deviceOf(answer.json())
}

/** A user of its own, signed in. */
export async function signedIn (app: FastifyInstance): Promise<Account & Device> {
  const account = await createUser(app)
  return { ...account, ...await signIn(app, account) }
}

/** Sends a refresh token in the body. */
export const refreshWith = async (app: FastifyInstance, refresh: string) =>
  await app.inject({ method: 'POST', url: '/api/auth/refresh', body: { refresh_token: refresh } })

/** The tokens that a refresh token is traded for. */
export async function refreshed (app: FastifyInstance, refresh: string): Promise<Device> {
  const answer = await refreshWith(app, refresh)
  if (answer.statusCode !== 200) throw new Error(`could not refresh: ${answer.body}`)
  return deviceOf(answer.json())
}

export const logOut = async (app: FastifyInstance, refresh: string) =>
  await app.inject({ method: 'POST', url: '/api/auth/logout', body: { refresh_token: refresh } })

/** Asks with an access token who is signed in. */
export const whoIs = async (app: FastifyInstance, access: string) =>
  await app.inject({ url: '/api/users/me', headers: { authorization: `Bearer ${access}` } })

/** The status that an access token is answered with. */
export const statusOf = async (app: FastifyInstance, access: string) => (await whoIs(app, access)).statusCode

export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string, sid: string, jti: string, role?: string, iat: number, exp: number }

export const eventsOf = async (app: FastifyInstance, sessionId: string) =>
  await app.sql<{ type: string, detail: { because?: string } }[]>`select type, detail from events where session_id = ${sessionId} order by id`

export const rowOf = async (app: FastifyInstance, sessionId: string) => {
  const [row] = await app.sql<{ version: number, endedBecause: string | null }[]>`
    select version, ended_because
    from sessions
    where id = ${sessionId}
  `
  return row
}

function deviceOf ({ access_token: access, refresh_token: refresh }: { access_token: string, refresh_token: string }): Device {
  return { sessionId: claimsOf(access).sid, access, refresh }
}
