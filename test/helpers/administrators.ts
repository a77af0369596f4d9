import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { bearer, createUser, signIn, type Account, type SignedIn } from './users.js'

export interface Administrator extends Account, SignedIn {
  ask: (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, options?: Pick<InjectOptions, 'payload' | 'query'>) => Promise<LightMyRequestResponse>
}

/** Somebody new who may administer, signed in. */
export async function signInAdmin (app: FastifyInstance): Promise<Administrator> {
  const account = await createUser(app)
  await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${account.id}`
  const signedIn = await signIn(app, account)
  return { ...account, ...signedIn, ask: async (method, url, options = {}) => await app.inject({ method, url, headers: bearer(signedIn.accessToken), ...options }) }
}

/** Nobody but these may administer, and they are not disabled. */
export async function leaveAdmins (app: FastifyInstance, ...ids: string[]) {
  await app.sql`update users set role = 'user', version = version + 1, updated_at = now() where role = 'admin' and id <> all(${ids}::uuid[])`
  await app.sql`update users set role = 'admin', disabled_at = null, version = version + 1, updated_at = now() where id = any(${ids}::uuid[])`
  await app.copies.sweep()
}

/** What was noted of a user, oldest first. */
export const eventsAbout = async (app: FastifyInstance, userId: string, ...types: string[]) =>
  [...await app.sql<{ type: string, detail: object, ip: string | null }[]>`
    select type, detail, ip
    from events
    where user_id = ${userId} and (type = any(${types}::text[]) or ${types.length === 0})
    order by id
  `]
