import type { Event, EventType } from '../lib/event.js'
import type { KeyRotation, ListedKey, ListedKeys, Overview, Period, Role, Session, SignInCounts, Transport, User, UserForAdmins } from '../schemas.js'
import type { TokenStorage } from './credentials.js'
import type { News, NewsType } from './news.js'

export type { Event, EventType, KeyRotation, ListedKey, ListedKeys, Overview, Period, Role, Session, SignInCounts, Transport, User, UserForAdmins }

export interface ClientOptions {
  /** Where Gatehouse is, such as `https://auth.example.com`. In a page it may be relative: `/` is the page's own server. */
  url: string | URL
  /**
   * `cookie` (the default) is for browsers: the tokens are in cookies that no script can read, and all tabs share one session.
   * `body` is for everything else: the tokens come in the body of an answer, are kept in `storage` and sent as Bearer tokens.
   */
  transport?: Transport
  /** With `transport: 'body'`: where the tokens are kept. In memory when it is left out, so that they go with the program. */
  storage?: TokenStorage
  /** Further origins that `fetch` may send requests to, beside Gatehouse's own and the page's: those of your APIs. */
  origins?: string[]
  /** How long to wait for an answer of Gatehouse, in milliseconds: 10,000 when it is left out. `fetch` itself has no such bound. */
  timeout?: number
  /** What sends the requests: the global `fetch` when it is left out. */
  fetch?: typeof globalThis.fetch
}

/** A list comes in pages: `cursor` is the `nextCursor` of the page before, `limit` is 1 to 100, and 20 when it is left out. */
export interface Page {
  cursor?: string | undefined
  limit?: number | undefined
}

export interface UserFilter extends Page {
  /** What a word of the name, the address or its domain begins with. */
  q?: string | undefined
  role?: Role | undefined
}

export interface EventFilter extends Page {
  /** A user's id. */
  user?: string | undefined
  type?: EventType | undefined
}

/**
 * A client of Gatehouse. Every method that cannot do what it is for throws a {@link GatehouseError}.
 *
 * Who is signed in stays so: when an access token has expired, the method that notices has it renewed and asks again. Only the
 * server's word that the session is over signs anybody out. When it cannot be reached, is busy (429) or in trouble (5xx), the method
 * throws, the session stays, and the next try is made no sooner than the server asked for.
 */
export interface Client {
  /**
   * What may be said at once of whether somebody is signed in, without asking the server: a hint for what to draw first. In a browser it
   * comes from the cookie `logged_in`; undefined means that it cannot be told from here. `me()` knows.
   */
  readonly signedIn: boolean | undefined

  /** Opens an account and gives it; a mail with a link that verifies the address is sent. It signs nobody in. `email_taken`, `password_too_weak`. */
  register: (account: { name: string, email: string, password: string }) => Promise<User>
  /** Signs in, in every tab. Who was signed in before is not any more. `invalid_credentials`, `too_many_attempts`. */
  login: (credentials: { email: string, password: string }) => Promise<void>
  /** Signs out, in every tab; with `everywhere`, on every device. Nothing is wrong when nobody was signed in, save with `everywhere`. */
  logout: (options?: { everywhere?: boolean }) => Promise<void>

  /** Who is signed in; null when nobody is. It throws when that cannot be said now, which is not the same. */
  me: () => Promise<User | null>
  /** Changes one's name or photo. */
  changeMe: (changes: { name?: string, photo?: string }) => Promise<User>
  /** Changes one's password. Every other session of the user ends, this one goes on. `wrong_password`, `password_too_weak`. */
  changePassword: (passwords: { currentPassword: string, newPassword: string }) => Promise<void>
  /** Asks for another address: it takes effect once the token mailed to it is given to `verifyEmail`. `wrong_password`, `email_taken`. */
  changeEmail: (change: { email: string, password: string }) => Promise<void>
  /** Deletes one's account for good. `wrong_password`, `last_admin`. */
  deleteMe: (proof: { password: string }) => Promise<void>

  /** Has another mail sent that verifies one's address. */
  sendVerification: () => Promise<void>
  /** Verifies an address by the token of a mailed link (`/verify-email?token=…`), also when nobody is signed in here. `token_invalid`. */
  verifyEmail: (proof: { token: string }) => Promise<User>
  /** Has a mail sent whose link sets another password. It does the same for every address, whether it has an account or not. */
  forgotPassword: (account: { email: string }) => Promise<void>
  /** Sets another password by the token of a mailed link (`/reset-password?token=…`). Every session of the user ends. `token_invalid`, `password_too_weak`. */
  resetPassword: (change: { token: string, password: string }) => Promise<void>

  /** Where one is signed in. */
  sessions: {
    /** All sessions, the one used last first; `current` is this one. */
    list: () => Promise<Session[]>
    /** Signs one device out. `not_found`. */
    end: (id: string) => Promise<void>
    /** Signs all other devices out. */
    endOthers: () => Promise<void>
  }

  /** For admins: everybody. Others get `forbidden`. */
  users: {
    list: (filter?: UserFilter) => Promise<{ users: UserForAdmins[], nextCursor: string | null }>
    get: (id: string) => Promise<UserForAdmins>
    /** Renames, gives and takes rights, shuts out and lets in again. `last_admin`. */
    change: (id: string, changes: { name?: string, role?: Role, disabled?: boolean }) => Promise<UserForAdmins>
    /** Deletes an account for good. `last_admin`. */
    delete: (id: string) => Promise<void>
    sessions: (id: string) => Promise<Session[]>
    endSessions: (id: string) => Promise<void>
  }

  /** For admins: what happened, newest first. Others get `forbidden`. */
  events: {
    list: (filter?: EventFilter) => Promise<{ events: Event[], nextCursor: string | null }>
  }

  /**
   * For admins: sign-ins over a period (24 hours when it is left out), users and sessions, and how the node does that answers. Figures of
   * the stores are up to five seconds old. Others get `forbidden`.
   */
  overview: (period?: Period) => Promise<Overview>

  /** For admins: the signing keys. Others get `forbidden`. */
  keys: {
    list: () => Promise<ListedKeys>
    /**
     * Makes the keys that sign next, one for access and one for refresh tokens, and gives all there are. They sign five minutes later; no
     * token is refused for it. `rotation_under_way`, `keys_elsewhere`.
     */
    rotate: () => Promise<ListedKeys>
  }

  /**
   * `fetch`, as somebody who is signed in: for your own API, when it accepts Gatehouse's tokens. It sends the cookies or the Bearer token;
   * on a 401 it has the token renewed, once for all tabs, and repeats the request. A 401 that it gives is one of somebody who is not
   * signed in. Where the token could not be renewed just now it throws a {@link GatehouseError}.
   *
   * A relative address is one of the page or, where there is none, of `url`. Addresses of other origins than `url`'s, the page's and
   * `origins` are refused with a TypeError, so that no token goes astray; a request that brings its own `Authorization` is left alone.
   * A body that is a stream is sent once: whether the session lives is asked before.
   */
  fetch: typeof globalThis.fetch

  /**
   * Calls back when somebody signed in (`signedIn`) or out (`signedOut`), or something of the account changed (`changed`), here or in
   * another tab; the function it gives ends that. Signed out is also who finds that the session was ended from elsewhere.
   *
   * ```ts
   * auth.on('signedOut', () => location.assign('/login'))
   * ```
   */
  on: (type: NewsType, listener: (news: News) => void) => () => void

  /** Leaves the other tabs' news. For tests, and for pages that replace their client; nobody is signed out. */
  close: () => void
}
