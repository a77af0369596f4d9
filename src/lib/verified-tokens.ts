import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Claims } from './tokens.js'

export type Verified = Pick<Claims, 'sub' | 'sid' | 'jti' | 'exp'>

interface Options {
  max: number
  toleranceSeconds: number
  now: () => number
  /** Rises when a key is withdrawn: nothing that was verified before counts any more. */
  keysVersion: () => number
}

/**
 * Remembers which tokens have been verified, by their SHA-256, so that a signature is checked once. What it says of a token
 * holds until the token expires, which is looked at each time.
 */
export function createVerifiedTokens ({ max, toleranceSeconds, now, keysVersion }: Options) {
  const verified = new LRUCache<string, Verified & { keysVersion: number }>({ max })
  const keyOf = (token: string) => hash('sha256', token, 'hex')

  return {
    recall (token: string): Verified | undefined {
      const claims = verified.get(keyOf(token))
      if (claims === undefined || claims.keysVersion !== keysVersion()) return undefined
      return claims.exp > now() / 1000 - toleranceSeconds ? claims : undefined
    },

    /** `version` is that of the keys before the token was verified. */
    remember (token: string, { sub, sid, jti, exp }: Verified, version: number): Verified {
      const claims = { sub, sid, jti, exp, keysVersion: version }
      verified.set(keyOf(token), claims)
      return claims
    }
  }
}
