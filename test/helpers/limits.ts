import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { startApp } from './app.js'
import { eventually } from './eventually.js'
import type { Stores } from './stores.js'
import { uniqueEmail, type Account } from './users.js'

let addresses = 0
/** An address that nobody has called from. */
export const newAddress = () => `198.51.${Math.floor(++addresses / 250)}.${addresses % 250 + 1}`

/** A server with its limits on, on a clock that the test sets. */
export async function startLimited (t: Test, stores: Stores, settings: Record<string, string> = {}) {
  const clock = { ahead: 0 }
  const app = await startApp(t, stores, { RATE_LIMITS: 'on', ...settings }, { now: () => Date.now() + clock.ahead })
  await eventually(() => app.checkStores(), ({ redis }) => redis !== 'down')
  return { app, clock }
}

/** Registers an account from an address of its own. */
export const open = async (app: FastifyInstance): Promise<Account> => {
  const account = { name: 'Ada Lovelace', email: uniqueEmail(), password: 'correct horse battery staple' }
  const response = await app.inject({ method: 'POST', url: '/api/auth/register', payload: account, remoteAddress: newAddress() })
  return { ...account, id: response.json().data.user.id }
}

export const login = async (app: FastifyInstance, { email }: { email: string }, password: string, remoteAddress: string) =>
  await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password }, remoteAddress })

/** One after the other. */
export const times = async <T>(count: number, act: () => Promise<T>) => {
  const answers: T[] = []
  for (let done = 0; done < count; done++) answers.push(await act())
  return answers
}
