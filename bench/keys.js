import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function makeKeys (folder, bits) {
  const keys = join(folder, 'keys')
  for (const purpose of ['access', 'refresh']) {
    mkdirSync(join(keys, purpose), { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: bits,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
    })
    writeFileSync(join(keys, purpose, 'bench.pem'), privateKey, { mode: 0o600 })
  }
  return keys
}
