import { KeyRefused, purposes, type PublicJwk, type Purpose, type SigningKey } from './keys.js'
import type { ListedKey } from '../schemas.js'
import type { KeyRing } from './tokens.js'

export type SigningKeys = Record<Purpose, SigningKey[]>
export type KeyState = 'next' | 'current' | 'retired'

/** A new key is published this long before it signs, so that whoever caches our JWKS (300 s) knows it by then. */
export const publishedSeconds = 310

/** Seconds since 1970; zero of a key that came without its time. */
export interface KeyStanding { purpose: Purpose, state: KeyState, createdAt: number }

export type Keys = ReturnType<typeof createKeyRing>

/** The signing keys of a running process. @throws KeyRefused when a purpose has none, or two purposes share one */
export function createKeyRing (keys: SigningKeys): KeyRing & { replace: (keys: SigningKeys) => void, jwks: () => { keys: PublicJwk[] }, kids: () => Set<string>, all: () => SigningKeys, states: (now: number) => KeyStanding[], version: () => number } {
  let ring = arrange(keys)
  let version = 0
  const kids = () => new Set(purposes.flatMap((purpose) => ring[purpose].newestFirst.map(({ kid }) => kid)))

  return {
    find: (purpose, header) => ring[purpose].byHeader.get(header),
    signing: (purpose, iat) => signingAt(ring[purpose].newestFirst, iat),
    replace (keys) {
      const before = kids()
      ring = arrange(keys)
      const after = kids()
      if ([...before].some((kid) => !after.has(kid))) version++
    },
    jwks: () => ({ keys: ring.access.newestFirst.map(({ jwk }) => jwk) }),
    kids,
    all: () => ({ access: ring.access.newestFirst, refresh: ring.refresh.newestFirst }),
    states: (now) => purposes.flatMap((purpose) => ring[purpose].newestFirst.map((key) =>
      ({ purpose, state: stateOf(key, ring[purpose].newestFirst, now), createdAt: key.createdAt }))),
    version: () => version
  }
}

/** The newest key that had been published long enough at `iat`; the oldest when none had. */
function signingAt (newestFirst: SigningKey[], iat: number): SigningKey {
  const key = newestFirst.find(({ createdAt }) => createdAt + publishedSeconds <= iat) ?? newestFirst.at(-1)
  if (key === undefined) throw new KeyRefused('there is no signing key')
  return key
}

/** When a key begins to sign, in seconds since 1970: once it is published, or at once when there was none before it. */
export function signsFrom (key: SigningKey, newestFirst: SigningKey[]): number {
  return key === newestFirst.at(-1) ? key.createdAt : key.createdAt + publishedSeconds
}

/** From when on no token of a key is alive: its successor has signed for as long as a token lives. Infinity while it has none. */
export function outlivedAt (key: SigningKey, newestFirst: SigningKey[], lifetimeSeconds: number): number {
  const successor = newestFirst[newestFirst.indexOf(key) - 1]
  return successor === undefined ? Infinity : successor.createdAt + publishedSeconds + lifetimeSeconds
}

interface Lifetimes { accessTokenSeconds: number, refreshTokenSeconds: number, clockToleranceSeconds: number }

/** How long after its signing a token may still be taken, in seconds. */
export const lifetimeOf = (purpose: Purpose, { accessTokenSeconds, refreshTokenSeconds, clockToleranceSeconds }: Lifetimes): number =>
  (purpose === 'access' ? accessTokenSeconds : refreshTokenSeconds) + clockToleranceSeconds

/** The keys as administrators see them, those for access tokens first, the newest of each first. */
export function listKeys (keys: SigningKeys, now: number, lifetimes: Lifetimes): ListedKey[] {
  // A key of the environment came without its time.
  const time = (seconds: number) => seconds > 0 && seconds < Infinity ? new Date(seconds * 1000).toISOString() : null

  return purposes.flatMap((purpose) => newestFirst(keys[purpose]).map((key, _place, ring) => ({
    kid: key.kid,
    purpose,
    state: stateOf(key, ring, now),
    createdAt: time(key.createdAt),
    signsFrom: time(signsFrom(key, ring)),
    outlivedAt: time(outlivedAt(key, ring, lifetimeOf(purpose, lifetimes)))
  })))
}

/** Whether a key will sign, signs, or has signed. */
export function stateOf (key: SigningKey, newestFirst: SigningKey[], now: number): KeyState {
  const current = signingAt(newestFirst, now)
  if (key === current) return 'current'
  return newestFirst.indexOf(key) < newestFirst.indexOf(current) ? 'next' : 'retired'
}

export const newestFirst = (keys: SigningKey[]): SigningKey[] =>
  [...keys].sort((a, b) => b.createdAt - a.createdAt || (a.kid < b.kid ? -1 : 1))

function arrange (keys: SigningKeys) {
  const shared = keys.access.find(({ kid }) => keys.refresh.some((other) => other.kid === kid))
  if (shared !== undefined) throw new KeyRefused('access and refresh tokens are signed with the same key: make another with `gatehouse keys create`')

  const arranged = (purpose: Purpose) => {
    if (keys[purpose].length === 0) throw new KeyRefused(`there is no key for ${purpose} tokens: make one with \`gatehouse keys create\``)
    return { newestFirst: newestFirst(keys[purpose]), byHeader: new Map(keys[purpose].map((key) => [key.header, key])) }
  }
  return { access: arranged('access'), refresh: arranged('refresh') }
}
