import { compactVerify } from 'jose'
import { TokenInvalid } from '../errors.js'
import type { Role } from '../schemas.js'
import { algorithm, type Purpose, type SigningKey, type VerifyingKey } from './keys.js'

/** What a token says, in the order it is written. Times are seconds since 1970 (RFC 7519). */
export interface Claims {
  iss: string
  aud: string
  sub: string
  sid: string
  jti: string
  /** Access tokens alone. For readers elsewhere: we take the role from the live record. */
  role?: Role
  iat: number
  nbf: number
  exp: number
}

export type NewClaims = Pick<Claims, 'sub' | 'sid' | 'jti' | 'iat' | 'exp'> & { role?: Role }

export interface KeyRing {
  /** The key whose tokens carry exactly this header, among the keys of this purpose. */
  find (purpose: Purpose, header: string): VerifyingKey | undefined
  /** The key that signs tokens issued at `iat`: the same answer whenever it is asked. */
  signing (purpose: Purpose, iat: number): SigningKey
}

interface Named { issuer: string, audience: string }

interface Options<Keys> extends Named {
  keys: Keys
  lifetimes: Record<Purpose, number>
  toleranceSeconds: number
  now: () => number
}

const longest = 4096
const compactForm = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type Tokens = ReturnType<typeof createTokens>

/** Signs and verifies both kinds of token (RFC 7515, 7519, 8725, 9068). */
export function createTokens (options: Options<KeyRing>) {
  const { keys } = options
  const write = writerFor(options)

  /** The same claims give the same token, byte for byte, whenever they are signed (RFC 7515, compact; RFC 8017, section 8.2). */
  async function sign (purpose: Purpose, claims: NewClaims): Promise<string> {
    const { header, privateKey } = keys.signing(purpose, claims.iat)
    const signed = `${header}.${Buffer.from(write(purpose, claims)).toString('base64url')}`
    const signature = await crypto.subtle.sign(privateKey.algorithm, privateKey, Buffer.from(signed))
    return `${signed}.${Buffer.from(signature).toString('base64url')}`
  }

  return { sign, verify: createVerifier(options) }
}

const audienceOf = (purpose: Purpose, { issuer, audience }: Named) => purpose === 'access' ? audience : issuer

const writerFor = (named: Named) =>
  (purpose: Purpose, { sub, sid, jti, role, iat, exp }: Omit<Claims, 'iss' | 'aud' | 'nbf'>) =>
    JSON.stringify({ iss: named.issuer, aud: audienceOf(purpose, named), sub, sid, jti, role: purpose === 'access' ? role : undefined, iat, nbf: iat, exp })

/** Verifies alone: public keys are enough. */
export function createVerifier (options: Options<Pick<KeyRing, 'find'>>) {
  const { keys, issuer, lifetimes, toleranceSeconds, now } = options
  const write = writerFor(options)

  /**
   * What a token says, if it is byte for byte one that we issued; `expired: 'allowed'` passes over its expiry.
   * @throws TokenInvalid with the reason, for the log
   */
  async function verify (purpose: Purpose, token: string, expired: 'refused' | 'allowed' = 'refused'): Promise<Claims> {
    const [, header, payload, signature] = (token.length <= longest && compactForm.exec(token)) || []
    if (header === undefined || payload === undefined || signature === undefined) throw new TokenInvalid('malformed')

    const key = keys.find(purpose, header)
    if (key === undefined) throw new TokenInvalid('unknown_header')
    if (!isCanonical(payload) || !isCanonical(signature)) throw new TokenInvalid('not_canonical')

    const text = await verifiedPayload(token, key)
    const claims = readClaims(purpose, text)
    judgeTimes(purpose, claims, expired)
    return claims
  }

  // One spelling only: claims that, written again in our own order, do not give the presented bytes were never written by us.
  function readClaims (purpose: Purpose, text: string): Claims {
    const claims = parse(text)
    if (!wellFormed(purpose, claims)) throw new TokenInvalid('malformed_claims')
    if (claims.iss !== issuer || claims.aud !== audienceOf(purpose, options)) throw new TokenInvalid('wrong_audience')
    if (write(purpose, claims) !== text) throw new TokenInvalid('not_canonical')
    return claims
  }

  function judgeTimes (purpose: Purpose, { iat, exp }: Claims, expired: 'refused' | 'allowed') {
    const seconds = now() / 1000
    if (exp - iat > lifetimes[purpose]) throw new TokenInvalid('lives_too_long')
    if (iat > seconds + toleranceSeconds) throw new TokenInvalid('not_yet_valid')
    if (expired === 'refused' && exp <= seconds - toleranceSeconds) throw new TokenInvalid('expired')
  }

  return verify
}

async function verifiedPayload (token: string, key: VerifyingKey): Promise<string> {
  try {
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: [algorithm] })
    return utf8.decode(payload)
  } catch (cause) {
    throw Object.assign(new TokenInvalid('bad_signature'), { cause })
  }
}

/** What a token says that has been verified. */
export const claimsIn = (token: string): Claims => JSON.parse(Buffer.from(token.split('.', 2)[1] ?? '', 'base64url').toString())

const isCanonical = (segment: string) => Buffer.from(segment, 'base64url').toString('base64url') === segment

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isSeconds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

function wellFormed (purpose: Purpose, value: unknown): value is Claims {
  if (typeof value !== 'object' || value === null) return false
  const { sub, sid, jti, role, iat, nbf, exp } = value as Record<string, unknown>
  const isUuid = (id: unknown) => typeof id === 'string' && uuid.test(id)
  const roleFits = purpose === 'access' ? role === 'user' || role === 'admin' : role === undefined
  return isUuid(sub) && isUuid(sid) && isUuid(jti) && roleFits && isSeconds(iat) && nbf === iat && isSeconds(exp)
}
