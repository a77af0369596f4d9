import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import t from 'tap'
import { createKeyPem, importSigningKey, KeyRefused } from '../../src/lib/keys.js'

const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey
const good = pkcs8(rsa(2048))

t.test('a new key', async (t) => {
  t.test('is RSA of 3072 bits in PKCS #8', async (t) => {
    const pem = createKeyPem()
    t.ok(pem.startsWith('-----BEGIN PRIVATE KEY-----'))
    t.match(createPublicKey(pem), { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 3072 } })
  })

  t.test('is another one each time', async (t) => {
    t.not(createKeyPem(2048), createKeyPem(2048))
  })
})

t.test('a key that is read', async (t) => {
  t.test('is known by its RFC 7638 thumbprint', async (t) => {
    const { kid } = await importSigningKey('access', good, 0, 'a.pem')
    t.equal(kid, await calculateJwkThumbprint(createPublicKey(good).export({ format: 'jwk' })))
  })

  t.test('publishes its public half and nothing else', async (t) => {
    const { jwk, kid } = await importSigningKey('access', good, 0, 'a.pem')
    const { n, e } = createPublicKey(good).export({ format: 'jwk' })
    t.same(jwk, { kty: 'RSA', n, e, kid, alg: 'RS256', use: 'sig' })
  })

  t.test('answers to one header, which is another for each purpose', async (t) => {
    const [access, refresh] = await Promise.all([importSigningKey('access', good, 0, 'a.pem'), importSigningKey('refresh', good, 0, 'a.pem')])
    t.equal(Buffer.from(access.header, 'base64url').toString(), `{"alg":"RS256","typ":"at+jwt","kid":"${access.kid}"}`)
    t.equal(Buffer.from(refresh.header, 'base64url').toString(), `{"alg":"RS256","typ":"rt+jwt","kid":"${refresh.kid}"}`)
  })

  const accepted: [string, string][] = [
    ['of 2048 bits', good],
    ['of 4096 bits', pkcs8(rsa(4096))],
    ['with lines ended as on Windows', good.replaceAll('\n', '\r\n')],
    ['with a remark before it', `Made on Tuesday\n${good}`],
    ['without a line feed at its end', good.trim()]
  ]
  for (const [title, pem] of accepted) {
    t.test(`is accepted ${title}`, async (t) => t.resolves(importSigningKey('access', pem, 0, 'a.pem')))
  }
})

t.test('a key that may not be used is refused with its name and a remedy', async (t) => {
  const { privateKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rows: [string, string, RegExp][] = [
    ['1024 bits', pkcs8(rsa(1024)), /^a\.pem has 1024 bits; 2048 to 4096 are accepted/],
    ['2047 bits', pkcs8(rsa(2047)), /^a\.pem has 2047 bits/],
    ['an elliptic curve', pkcs8(elliptic), /^a\.pem is a key of type ec, not rsa/],
    ['Ed25519', pkcs8(generateKeyPairSync('ed25519').privateKey), /^a\.pem is a key of type ed25519, not rsa/],
    ['RSA for PSS alone', pkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey), /^a\.pem is a key of type rsa-pss, not rsa/],
    ['PKCS #1', rsa(2048).export({ type: 'pkcs1', format: 'pem' }).toString(), /^a\.pem is not a private key in PKCS #8/],
    ['a passphrase', rsa(2048).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(), /^a\.pem is not a private key in PKCS #8/],
    ['a public key', createPublicKey(good).export({ type: 'spki', format: 'pem' }).toString(), /^a\.pem is not a private key in PKCS #8/],
    ['nothing', '', /^a\.pem is not a private key in PKCS #8/],
    ['garbage', 'garbage', /^a\.pem is not a private key in PKCS #8/],
    ['garbage in a frame', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /^a\.pem cannot be read as a private key/],
    ['a frame without an end', good.slice(0, -40), /^a\.pem cannot be read as a private key/]
  ]
  for (const [title, pem, message] of rows) {
    t.test(title, async (t) => {
      const refusal = await importSigningKey('access', pem, 0, 'a.pem').catch((error) => error)
      t.type(refusal, KeyRefused)
      t.match(refusal.message, message)
      t.match(refusal.message, /`gatehouse keys create`/)
      t.notMatch(refusal.message, pem.slice(60, 90) || 'no such words')
    })
  }
})
