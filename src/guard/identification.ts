import { LRUCache } from 'lru-cache'
import { TokenInvalid } from '../errors.js'
import { Identity } from '../lib/identity.js'
import { monotonic } from '../lib/monotonic.js'
import { claimsIn, createVerifier } from '../lib/tokens.js'
import { createVerifiedTokens, type Verified } from '../lib/verified-tokens.js'
import type { User } from '../schemas.js'
import type { Place } from '../store/layers/local.js'
import { shareIds, type SessionRecord } from '../store/sessions/record.js'
import type { AuthServer } from './auth-server.js'
import { Unheld, type HeldCopies, type HeldUser } from './held-copies.js'
import type { GuardSettings } from './options.js'
import type { PublishedKeys } from './published-keys.js'
import { createVerdicts } from './verdicts.js'

interface Options {
  settings: Pick<GuardSettings, 'issuer' | 'audience' | 'toleranceSeconds'>
  keys: PublishedKeys
  copies: HeldCopies
  server: AuthServer
}

const mostVerified = 131_072
/** The longest life that a server can give an access token. */
const longestLife = 86_400
/** How often one session's use is told, until that is heard. */
const tellMilliseconds = 1000

/** Who an access token says is calling: by its signature, then by memory, then by Redis, else by what the auth server says. */
export function createIdentification ({ settings, keys, copies, server }: Options) {
  const { toleranceSeconds } = settings
  const verifyToken = createVerifier({ ...settings, keys, lifetimes: { access: longestLife, refresh: 0 }, now: Date.now })
  const verified = createVerifiedTokens<Place<SessionRecord>, Place<HeldUser>>({ max: mostVerified, toleranceSeconds, now: Date.now, keysVersion: keys.version })
  const verdicts = createVerdicts({ copies, ask })
  const toldOf = new LRUCache<string, true>({ max: 16_384, ttl: tellMilliseconds })

  // A replaced token may be good for a while yet: how long, the server says.
  const isNamed = (session: SessionRecord, { sub, jti }: Verified) => session.userId === sub && session.accessId === jti

  function recognise (token: string): Identity | undefined {
    const claims = verified.recall(token)
    if (claims === undefined) return undefined
    const now = monotonic()
    claims.session = copies.sessions.locate(claims.sid, claims.session)
    claims.user = copies.users.locate(claims.sub, claims.user)
    const user = copies.users.look(claims.user, now)
    if (user?.disabled === true) return undefined
    const session = user && copies.sessions.look(claims.session, now)
    if (user !== undefined && session !== undefined && isNamed(session, claims)) {
      return copies.endings.covers(session) ? undefined : accept(token, claims, session, user)
    }
    return copies.endings.has(claims.sid) ? undefined : verdicts.peek(token, claims)
  }

  async function identify (token: string): Promise<Identity> {
    const claims = verified.recall(token) ?? await verify(token)
    if (copies.endings.has(claims.sid)) throw new TokenInvalid('ended')
    try {
      return await lookUp(token, claims)
    } catch (error) {
      if (!(error instanceof Unheld)) throw error
      return await verdicts.find(token, claims)
    }
  }

  async function verify (token: string): Promise<Verified> {
    try {
      return await verifyNow(token)
    } catch (error) {
      const unknown = error instanceof TokenInvalid && error.reason === 'unknown_header'
      if (!unknown || !await keys.lookFor(token.slice(0, token.indexOf('.')), issuedAt(token))) throw error
      return await verifyNow(token)
    }
  }

  async function verifyNow (token: string): Promise<Verified> {
    const version = keys.version()
    return verified.remember(token, await verifyToken('access', token), version)
  }

  async function lookUp (token: string, claims: Verified): Promise<Identity> {
    const [session, user] = await Promise.all([
      copies.sessions.find(claims.sid, (session) => isNamed(session, claims)),
      copies.users.find(claims.sub)
    ])
    if (session === undefined || copies.endings.covers(session)) throw new TokenInvalid('ended')
    if (user === undefined || user.disabled) throw new TokenInvalid('no_user')
    shareIds(claims, session)
    return accept(token, claims, session, user)
  }

  function accept (token: string, claims: Verified, session: SessionRecord, { user }: HeldUser): Identity {
    if (!session.used) tellUse(token, claims)
    return new Identity(user, claims.sid)
  }

  // A refresh token whose successor was used is worthless: that this was a use of it, the server learns by being asked.
  function tellUse (token: string, claims: Verified) {
    if (toldOf.has(claims.jti)) return
    toldOf.set(claims.jti, true)
    server.isLive(token, claims).then(() => {
      const session = copies.sessions.peek(claims.sid)
      if (session?.accessId === claims.jti) session.used = true
    }, () => {})
  }

  async function ask (token: string, claims: Verified): Promise<Identity> {
    const [isLive, user] = await Promise.all([server.isLive(token, claims), userOf(token, claims)])
    if (!isLive) throw new TokenInvalid('not_live')
    return new Identity(user, claims.sid)
  }

  async function userOf (token: string, claims: Verified): Promise<User> {
    try {
      const held = await copies.users.find(claims.sub)
      if (held === undefined || held.disabled) throw new TokenInvalid('no_user')
      return held.user
    } catch (error) {
      if (!(error instanceof Unheld)) throw error
      return await server.userOf(token, claims)
    }
  }

  return { recognise, identify }
}

/** By its own word, which nobody has verified. */
function issuedAt (token: string): number {
  try {
    return Number(claimsIn(token).iat)
  } catch {
    return NaN
  }
}
