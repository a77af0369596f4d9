import { LRUCache } from 'lru-cache'
import { TokenInvalid } from '../errors.js'
import type { Identity } from '../lib/identity.js'
import { monotonic } from '../lib/monotonic.js'
import type { Verified } from '../lib/verified-tokens.js'
import type { HeldCopies } from './held-copies.js'

interface Options {
  copies: Pick<HeldCopies, 'invalidations' | 'trust'>
  /** Asks the auth server. @throws TokenInvalid, Unavailable */
  ask: (token: string, claims: Verified) => Promise<Identity>
}

interface Verdict { token: string, verdict: Identity | TokenInvalid, askedAt: number, begun: number }

const most = 16_384
/** How long an answer serves while changes are heard of, and while they are not. */
const heldMilliseconds = 5000
const heldUnheardMilliseconds = 500

/** What the auth server said of tokens of which no copy can. Those who ask for the same token at once share one answer. */
export function createVerdicts ({ copies, ask }: Options) {
  const { invalidations, trust } = copies
  const held = new LRUCache<string, Verdict>({ max: most })
  const asking = new Map<string, { begun: number, answer: Promise<Identity> }>()

  const stands = (begun: number, { sid, sub }: Verified) => !invalidations.since(begun, sid) && !invalidations.since(begun, sub)

  function known (token: string, claims: Verified) {
    const found = held.get(claims.jti)
    if (found?.token !== token || !stands(found.begun, claims)) return undefined
    const longest = trust.longest() < 0 ? heldUnheardMilliseconds : heldMilliseconds
    return monotonic() - found.askedAt < longest ? found.verdict : undefined
  }

  function askOnce (token: string, claims: Verified): Promise<Identity> {
    const underWay = asking.get(token)
    if (underWay !== undefined && stands(underWay.begun, claims)) return underWay.answer

    const [askedAt, begun] = [monotonic(), invalidations.begin()]
    const keep = (verdict: Identity | TokenInvalid) => held.set(claims.jti, { token, verdict, askedAt, begun })
    const answer = ask(token, claims)
      .then((identity) => {
        keep(identity)
        return identity
      }, (error) => {
        if (error instanceof TokenInvalid) keep(error)
        throw error
      })
      .finally(() => { if (asking.get(token)?.answer === answer) asking.delete(token) })
    asking.set(token, { begun, answer })
    return answer
  }

  return {
    peek (token: string, claims: Verified): Identity | undefined {
      const verdict = known(token, claims)
      return verdict instanceof TokenInvalid ? undefined : verdict
    },

    /** @throws TokenInvalid, Unavailable */
    async find (token: string, claims: Verified): Promise<Identity> {
      const verdict = known(token, claims)
      if (verdict instanceof TokenInvalid) throw verdict
      return verdict ?? await askOnce(token, claims)
    }
  }
}
