import type { Event } from '../lib/event.js'
import type { ListedKeys, Overview, Session, Tokens, User, UserForAdmins } from '../schemas.js'
import { inCookies, inMemory, inStorage } from './credentials.js'
import { answerOf, noAnswer } from './error.js'
import { createFetch } from './fetch.js'
import { createNews } from './news.js'
import { platform } from './platform.js'
import { createSession, isSignedOut } from './session.js'
import { createTurns } from './turns.js'
import type { Client, ClientOptions, EventFilter, UserFilter } from './types.js'

/**
 * Makes a client of the Gatehouse at `url`. One for a page or a program is enough, and all tabs of a browser share one session.
 *
 * ```ts
 * const auth = createClient({ url: 'https://auth.example.com' })
 * await auth.login({ email, password })
 * const user = await auth.me()
 * const orders = await auth.fetch('/api/orders')
 * ```
 */
export function createClient ({ url, transport = 'cookie', storage = inMemory(), origins = [], timeout = 10_000, fetch = (...request) => globalThis.fetch(...request) }: ClientOptions): Client {
  const base = new URL(url, platform.location?.href)
  const root = base.href.replace(/\/*$/, '/api/')
  const name = `gatehouse ${root}`
  const byCookie = transport === 'cookie'
  const credentials = byCookie ? inCookies(base) : inStorage(storage, name)
  // Bearer tokens are each client's own: other tabs have none of its turns and hear none of its news.
  const news = createNews(byCookie ? name : undefined, credentials.signedIn())
  const inTurn = createTurns(byCookie ? name : undefined, timeout + 1000)

  const send = async (method: string, path: string, body?: object, token?: string) => await fetch(root + path, {
    method,
    credentials: byCookie ? 'include' : 'omit',
    headers: { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeout)
  }).catch((error: unknown) => { throw noAnswer(error) })

  const { settle, guarded, nobody } = createSession({ credentials, news, inTurn, send })

  /** Asks what anybody may ask. */
  const open = async <Data = never>(path: string, body: object) => await answerOf(await send('POST', path, body)) as { data: Data }

  /** Asks what is answered to somebody who is signed in. */
  async function ask<Data = never> (method: string, path: string, body?: object) {
    const answer = await answerOf(await guarded(async (token) => await send(method, path, body, token)))
    news.see()
    return answer as { data: Data }
  }

  /** Does what makes the tokens others, or ends them: no refresh may come between. */
  const exchange = async (method: string, path: string, body: object, type: 'refreshed' | 'signedOut') => {
    const response = await guarded(async (token) => await settle(async () => {
      const response = await send(method, path, body, token)
      if (!response.ok) return { result: response }
      await (type === 'refreshed' ? credentials.keep(await response.clone().json() as Tokens) : credentials.drop())
      return { result: response, outcome: { type, at: Date.now() } }
    }))
    await answerOf(response)
  }

  const tell = (type: 'changed' | 'signedOut') => news.tell({ type, at: Date.now() })
  const to = (path: string, filter: object = {}) => {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    return `${path}?${new URLSearchParams(given).toString()}`
  }
  const user = (id: string) => `users/${encodeURIComponent(id)}`

  async function me () {
    if (nobody()) return null
    try {
      return (await ask<{ user: User }>('GET', 'users/me')).data.user
    } catch (error) {
      if (isSignedOut(error)) return null
      throw error
    }
  }

  return {
    get signedIn () { return credentials.signedIn() || news.signedIn() },

    register: async (account) => (await open<{ user: User }>('auth/register', account)).data.user,

    login: async ({ email, password }) => await settle(async () => {
      await credentials.keep(await answerOf(await send('POST', 'auth/login', { email, password, transport })) as Tokens)
      return { result: undefined, outcome: { type: 'signedIn', at: Date.now() } }
    }),

    async logout ({ everywhere = false } = {}) {
      const refusal = await settle(async () => {
        const body = { ...await credentials.refreshBody(), everywhere }
        const error = await open('auth/logout', body).then(() => {}, (error: unknown) => error)
        if (error !== undefined && !isSignedOut(error)) throw error
        await credentials.drop()
        return { result: everywhere ? error : undefined, outcome: { type: 'signedOut', at: Date.now() } }
      })
      if (refusal !== undefined) throw refusal
    },

    me,

    async changeMe (changes) {
      const { data } = await ask<{ user: User }>('PATCH', 'users/me', changes)
      tell('changed')
      return data.user
    },
    changePassword: async (passwords) => await exchange('PUT', 'users/me/password', passwords, 'refreshed'),
    changeEmail: async (change) => { await ask('PUT', 'users/me/email', change) },
    deleteMe: async (proof) => await exchange('DELETE', 'users/me', proof, 'signedOut'),

    sendVerification: async () => { await ask('POST', 'auth/verify-email/send') },
    async verifyEmail (proof) {
      const { data } = await open<{ user: User }>('auth/verify-email', proof)
      tell('changed')
      return data.user
    },
    forgotPassword: async (account) => { await open('auth/forgot-password', account) },
    resetPassword: async (change) => { await open('auth/reset-password', change) },

    sessions: {
      list: async () => (await ask<{ sessions: Session[] }>('GET', 'sessions')).data.sessions,
      async end (id) {
        await ask('DELETE', `sessions/${encodeURIComponent(id)}`)
        // It was this one: the server has emptied the cookies.
        if (credentials.signedIn() === false) tell('signedOut')
      },
      endOthers: async () => { await ask('DELETE', 'sessions') }
    },

    users: {
      list: async (filter?: UserFilter) => (await ask<{ users: UserForAdmins[], nextCursor: string | null }>('GET', to('users', filter))).data,
      get: async (id) => (await ask<{ user: UserForAdmins }>('GET', user(id))).data.user,
      change: async (id, changes) => (await ask<{ user: UserForAdmins }>('PATCH', user(id), changes)).data.user,
      delete: async (id) => { await ask('DELETE', user(id)) },
      sessions: async (id) => (await ask<{ sessions: Session[] }>('GET', `${user(id)}/sessions`)).data.sessions,
      endSessions: async (id) => { await ask('DELETE', `${user(id)}/sessions`) }
    },

    events: {
      list: async (filter?: EventFilter) => (await ask<{ events: Event[], nextCursor: string | null }>('GET', to('events', filter))).data
    },

    overview: async (period) => (await ask<Overview>('GET', to('overview', { period }))).data,

    keys: {
      list: async () => (await ask<ListedKeys>('GET', 'keys')).data,
      rotate: async () => (await ask<ListedKeys>('POST', 'keys')).data
    },

    fetch: createFetch({ fetch, base, byCookie, origins, guarded, prepare: me }),
    on: news.on,
    close: news.close
  }
}
