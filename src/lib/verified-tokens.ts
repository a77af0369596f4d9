import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Claims } from './tokens.js'

export type Verified = Pick<Claims, 'sub' | 'sid' | 'jti' | 'exp'>

/**
 * Remembers which tokens have been verified, by their SHA-256, so that a signature is checked once. What it says of a token
 * holds until the token expires, which is looked at each time.
 */
export function createVerifiedTokens ({ max, toleranceSeconds, now }: { max: number, toleranceSeconds: number, now: () => number }) {
  const verified = new LRUCache<string, Verified>({ max })
  const keyOf = (token: string) => hash('sha256', token, 'binary')

  return {
    recall (token: string): Verified | undefined {
      const claims = verified.get(keyOf(token))
      return claims !== undefined && claims.exp > now() / 1000 - toleranceSeconds ? claims : undefined
    },

    remember (token: string, { sub, sid, jti, exp }: Verified): Verified {
      const claims = { sub, sid, jti, exp }
      verified.set(keyOf(token), claims)
      return claims
    },

    /** Forgets them all, as when a key is withdrawn. */
    clear () {
      verified.clear()
    }
  }
}
