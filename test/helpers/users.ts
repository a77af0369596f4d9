import { randomUUID } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { cookieValues } from './cookies.js'

export interface Account { id: string, name: string, email: string, password: string }

export interface SignedIn { accessToken: string, refreshToken: string, response: LightMyRequestResponse }

export const uniqueEmail = () => `ada-${randomUUID()}@example.com`

/** Registers an account under an address of its own. */
export async function createUser (app: FastifyInstance, fields: Partial<Omit<Account, 'id'>> = {}): Promise<Account> {
  const account = { name: 'Ada Lovelace', email: uniqueEmail(), password: 'correct horse battery staple', ...fields }
  const response = await app.inject({ method: 'POST', url: '/api/auth/register', payload: account })
  if (response.statusCode !== 200) throw new Error(`no account was opened: ${response.body}`)
  return { ...account, id: response.json().data.user.id }
}

/** Logs an account in, by cookie or with `transport: 'body'`. */
export async function signIn (app: FastifyInstance, { email, password }: Account, transport: 'cookie' | 'body' = 'cookie', options: InjectOptions = {}): Promise<SignedIn> {
  const response = await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password, transport }, ...options })
  if (response.statusCode !== 200) throw new Error(`nobody was signed in: ${response.body}`)
  return { ...tokensOf(response), response }
}

/** The tokens an answer hands out, by cookie or in its body. */
export function tokensOf (response: LightMyRequestResponse) {
  const { access_token: accessToken, refresh_token: refreshToken = cookieValues(response).refresh_token } = response.json()
  return { accessToken: String(accessToken), refreshToken: String(refreshToken) }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Who an access token says is signed in: the whole answer. */
export const askWho = async (app: FastifyInstance, accessToken: string): Promise<LightMyRequestResponse> =>
  await app.inject({ url: '/api/users/me', headers: bearer(accessToken) })
