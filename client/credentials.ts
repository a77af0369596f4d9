import type { Tokens } from '../schemas.js'
import { platform } from './platform.js'

/**
 * Where a Bearer client keeps its tokens: `localStorage`, `sessionStorage`, React Native's `AsyncStorage`, or three functions of your
 * own. What is kept is a secret: who reads it is signed in.
 */
export interface TokenStorage {
  getItem: (key: string) => string | null | Promise<string | null>
  setItem: (key: string, value: string) => unknown
  removeItem: (key: string) => unknown
}

export interface Credentials {
  /** The access token to send; undefined where a cookie is sent, and where there is none. */
  token: () => Promise<string | undefined>
  /** What to refresh with; undefined when nobody is signed in. */
  refreshBody: () => Promise<{ refresh_token?: string } | undefined>
  keep: (tokens: Tokens) => Promise<void>
  drop: () => Promise<void>
  /** Undefined when it cannot be seen from here. */
  signedIn: () => boolean | undefined
}

/** The browser keeps the tokens, and no script sees them. */
export function inCookies (base: URL): Credentials {
  function signedIn () {
    if (platform.document === undefined) return undefined
    if (/(^|; *)[^=;]*logged_in=true(;|$)/.test(platform.document.cookie)) return true
    // Cookies know nothing of ports. Those of another host are not shown here, unless COOKIE_DOMAIN shares them.
    return platform.location?.hostname === base.hostname ? false : undefined
  }
  return {
    token: async () => undefined,
    refreshBody: async () => ({}),
    keep: async () => {},
    drop: async () => {},
    signedIn
  }
}

export function inMemory (): TokenStorage {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key)
  }
}

export function inStorage (storage: TokenStorage, key: string): Credentials {
  const read = async (): Promise<{ access?: string, refresh?: string }> => JSON.parse(await storage.getItem(key) ?? '{}')
  return {
    token: async () => (await read()).access,
    async refreshBody () {
      const { refresh } = await read()
      return refresh === undefined ? undefined : { refresh_token: refresh }
    },
    async keep ({ access_token: access, refresh_token: refresh }) { await storage.setItem(key, JSON.stringify({ access, refresh })) },
    async drop () { await storage.removeItem(key) },
    signedIn: () => undefined
  }
}
