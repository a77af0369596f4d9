import { hashSync, verifySync, type Algorithm } from '@node-rs/argon2'
import { verifySync as verifyBcrypt } from '@node-rs/bcrypt'
import { createHash, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import { readStoredHash, type StoredHash } from './stored-hash.js'

const argon2id: Algorithm.Argon2id = 2

export type HashTask =
  | { hash: string, memoryCost: number, timeCost: number }
  /** One password in the ways it may have been spelled when it was hashed. */
  | { verify: string[], against: string }

// Synchronous on purpose: the asynchronous calls share libuv's pool with token checks, and starve them.
export default function run (task: HashTask): string | boolean {
  if ('hash' in task) {
    const { hash, memoryCost, timeCost } = task
    return hashSync(hash, { algorithm: argon2id, memoryCost, timeCost, parallelism: 1 })
  }
  const stored = readStoredHash(task.against)
  return stored !== undefined && task.verify.some((password) => matches(password, stored))
}

function matches (password: string, stored: StoredHash): boolean {
  if (stored.scheme === 'argon2') return verifySync(stored.phc, password)
  // Of more than 72 bytes the first 72 count, as they did where the hash was made.
  if (stored.scheme === 'bcrypt') return verifyBcrypt(stored.digestFirst ? hexDigest(password) : password, stored.text)
  return timingSafeEqual(derive(password, stored), stored.output)
}

function derive (password: string, stored: Extract<StoredHash, { output: Buffer }>): Buffer {
  const { salt, output: { length } } = stored
  if (stored.scheme === 'pbkdf2') return pbkdf2Sync(password, salt, stored.rounds, length, stored.digest)
  const { cost, blockSize, lanes } = stored
  return scryptSync(password, salt, length, { N: cost, r: blockSize, p: lanes, maxmem: 2 * 128 * (cost + lanes) * blockSize })
}

const hexDigest = (password: string) => createHash('sha256').update(password).digest('hex')
