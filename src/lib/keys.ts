import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { base64url, calculateJwkThumbprint, importJWK, importPKCS8, type CryptoKey } from 'jose'

export const purposes = ['access', 'refresh'] as const
export type Purpose = (typeof purposes)[number]

/** The only place that says how tokens are signed and how each kind is told from the other. */
export const algorithm = 'RS256'
export const types: Record<Purpose, string> = { access: 'at+jwt', refresh: 'rt+jwt' }

export interface PublicJwk { kty: 'RSA', n: string, e: string, kid: string, alg: 'RS256', use: 'sig' }

/** What tells whether a token was signed by its other half. */
export interface VerifyingKey {
  /** RFC 7638 thumbprint. */
  kid: string
  /** The one spelling of a protected header that this key answers to, in base64url. */
  header: string
  publicKey: CryptoKey
  /** As it is published (RFC 7517). */
  jwk: PublicJwk
}

export interface SigningKey extends VerifyingKey {
  /** Seconds since 1970; the newest key signs. */
  createdAt: number
  privateKey: CryptoKey
}

/** A key that may not be used; the message names the remedy. */
export class KeyRefused extends Error {}

/** The protected header of a token, its members in our order. */
export const protectedHeader = (purpose: Purpose, kid: string) => ({ alg: algorithm, typ: types[purpose], kid })

/** The one spelling of that header, in base64url. */
export const headerOf = (purpose: Purpose, kid: string): string => base64url.encode(JSON.stringify(protectedHeader(purpose, kid)))

/** A public RSA key (RFC 7517), under the name that its own numbers give it. */
export async function importPublicKey (purpose: Purpose, { n, e }: Pick<PublicJwk, 'n' | 'e'>): Promise<VerifyingKey> {
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e })
  const jwk: PublicJwk = { kty: 'RSA', n, e, kid, alg: algorithm, use: 'sig' }
  return { kid, header: headerOf(purpose, kid), publicKey: await importJWK(jwk, algorithm) as CryptoKey, jwk }
}

const pemOf = ({ privateKey }: { privateKey: KeyObject }) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const generate = promisify(generateKeyPair)

export const createKeyPem = (bits = 3072): string => pemOf(generateKeyPairSync('rsa', { modulusLength: bits }))

/** The same beside whatever else goes on: it may take a second, in which a server has requests to answer. */
export const createKeyPemAside = async (bits = 3072): Promise<string> => pemOf(await generate('rsa', { modulusLength: bits }))

/** @throws KeyRefused when `pem` is no RSA private key of 2048 to 4096 bits in PKCS #8 */
export async function importSigningKey (purpose: Purpose, pem: string, createdAt: number, name: string): Promise<SigningKey> {
  const key = readRsaKey(pem, name)
  const { n, e } = createPublicKey(key).export({ format: 'jwk' }) as { n: string, e: string }
  const pkcs8 = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { ...await importPublicKey(purpose, { n, e }), createdAt, privateKey: await importPKCS8(pkcs8, algorithm) }
}

function readRsaKey (pem: string, name: string): KeyObject {
  if (!pem.includes('-----BEGIN PRIVATE KEY-----')) {
    throw new KeyRefused(`${name} is not a private key in PKCS #8: make one with \`gatehouse keys create\``)
  }

  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new KeyRefused(`${name} cannot be read as a private key: make one with \`gatehouse keys create\``, { cause })
  }

  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa') throw new KeyRefused(`${name} is a key of type ${key.asymmetricKeyType}, not rsa: make one with \`gatehouse keys create\``)
  if (bits < 2048 || bits > 4096) throw new KeyRefused(`${name} has ${bits} bits; 2048 to 4096 are accepted: make one with \`gatehouse keys create\``)
  return key
}
