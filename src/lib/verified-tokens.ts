import { LRUCache } from 'lru-cache'
import type { Claims } from './tokens.js'

type Named = Pick<Claims, 'sub' | 'sid' | 'jti' | 'exp'>

/** What a token names, and where whoever looked found its session and its user the last time. */
export type Verified<Session = unknown, User = unknown> = Named & { session: Session | undefined, user: User | undefined }

/** `usedIn` is the second in which it last became the latest that was used. */
type Held<Session, User> = Verified<Session, User> & { token: string, keysVersion: number, usedIn: number }

interface Options {
  max: number
  toleranceSeconds: number
  now: () => number
  /** Rises when a key is withdrawn: nothing that was verified before counts any more. */
  keysVersion: () => number
}

/**
 * Remembers which tokens have been verified, byte for byte, so that a signature is checked once. What it says of a token
 * holds until the token expires, which is looked at each time.
 */
export function createVerifiedTokens<Session = unknown, User = unknown> ({ max, toleranceSeconds, now, keysVersion }: Options) {
  const verified = new LRUCache<string, Held<Session, User>>({ max })
  let hits = 0
  // The end of a signature is enough to find a token by, and quicker to look up than the whole, which is compared then.
  const keyOf = (token: string) => token.slice(-22)

  return {
    recall (token: string): Verified<Session, User> | undefined {
      const key = keyOf(token)
      const claims = verified.peek(key)
      if (claims?.token !== token || claims.keysVersion !== keysVersion()) return undefined
      const seconds = now() / 1000
      if (claims.exp <= seconds - toleranceSeconds) return undefined
      // Making it the latest costs more than finding it: once a second will do.
      const second = Math.floor(seconds)
      if (claims.usedIn !== second) {
        claims.usedIn = second
        verified.get(key)
      }
      hits++
      return claims
    },

    /** `version` is that of the keys before the token was verified. */
    remember (token: string, { sub, sid, jti, exp }: Named, version: number): Verified<Session, User> {
      const claims = { token: copyOf(token), sub, sid, jti, exp, session: undefined, user: undefined, keysVersion: version, usedIn: -1 }
      verified.set(copyOf(keyOf(token)), claims)
      return claims
    },

    /** How often one was recalled. */
    get hits () { return hits },

    get size () { return verified.size }
  }
}

// A piece of a string keeps the whole of it in memory: here, all cookies of the request.
const copyOf = (text: string) => Buffer.from(text, 'latin1').toString('latin1')
