import { randomUUID, sign } from 'node:crypto'
import { createKeyRing, type SigningKeys } from '../../src/lib/key-ring.js'
import { createKeyPem, importSigningKey, protectedHeader, type Purpose, type SigningKey } from '../../src/lib/keys.js'
import { createTokens, type NewClaims } from '../../src/lib/tokens.js'

export const issuer = 'https://auth.example.com'
export const audience = 'https://api.example.com'
export const lifetimes = { access: 900, refresh: 604800 }

/** A key pair and what it was made from; 2048 bits, which are made ten times as fast as 3072. */
export async function makeKey (purpose: Purpose, createdAt = 0): Promise<{ pem: string, key: SigningKey }> {
  const pem = createKeyPem(2048)
  return { pem, key: await importSigningKey(purpose, pem, createdAt, 'a key') }
}

/** What issues and judges tokens, on a clock that the test sets. */
export async function createIssuer () {
  const made = { access: await makeKey('access'), refresh: await makeKey('refresh') }
  const keys: SigningKeys = { access: [made.access.key], refresh: [made.refresh.key] }
  const clock = { milliseconds: Date.parse('2026-11-22T10:00:00.000Z') }
  const now = () => clock.milliseconds
  const tokens = createTokens({ keys: createKeyRing(keys), issuer, audience, lifetimes, toleranceSeconds: 5, now })

  const newClaims = (purpose: Purpose, changes: Partial<NewClaims> = {}): NewClaims => {
    const iat = Math.floor(clock.milliseconds / 1000)
    const role = purpose === 'access' ? { role: 'user' as const } : {}
    return { sub: randomUUID(), sid: randomUUID(), jti: randomUUID(), ...role, iat, exp: iat + lifetimes[purpose], ...changes }
  }

  return {
    made,
    tokens,
    clock,
    newClaims,
    header: (purpose: Purpose) => protectedHeader(purpose, made[purpose].key.kid),
    issue: async (purpose: Purpose, changes: Partial<NewClaims> = {}) => await tokens.sign(purpose, newClaims(purpose, changes))
  }
}

export type Issuer = Awaited<ReturnType<typeof createIssuer>>

type Part = string | Buffer | object

const bytesOf = (part: Part): Buffer => Buffer.isBuffer(part) ? part : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))

/** A token of any header and payload that this key has really signed: what only we could make, and never do. */
export function forge (pem: string, header: Part, payload: Part, options: object = {}): string {
  const signed = `${bytesOf(header).toString('base64url')}.${bytesOf(payload).toString('base64url')}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: pem, ...options }).toString('base64url')}`
}

/** The JSON of a token's header and payload, as it stands there. */
export function read (token: string) {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const textOf = (segment: string) => Buffer.from(segment, 'base64url').toString()
  return { header, payload, signature, headerText: textOf(header), payloadText: textOf(payload), claims: JSON.parse(textOf(payload)) }
}
