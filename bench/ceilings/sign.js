// RS256 signatures a second through jose, 64 in flight.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importPKCS8, SignJWT } from 'jose'

const { KEYS_DIR: folder, SECONDS: seconds } = process.env
const key = await importPKCS8(readFileSync(join(folder, 'access', 'bench.pem'), 'utf8'), 'RS256')
const claims = { iss: 'https://auth.bench.example', aud: 'https://auth.bench.example', sub: 'x'.repeat(36), sid: 'x'.repeat(36), jti: 'x'.repeat(36), role: 'user' }
const sign = () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'x'.repeat(43) }).setIssuedAt().setExpirationTime('15m').sign(key)

let signatures = 0
const started = performance.now()
const until = started + seconds * 1000
await Promise.all(Array.from({ length: 64 }, async () => {
  while (performance.now() < until) {
    await sign()
    signatures++
  }
}))
console.log(signatures / (performance.now() - started) * 1000)
