import { isArgon2, readPhc } from './phc.js'

export type StoredHash =
  | { scheme: 'argon2', phc: string }
  | { scheme: 'bcrypt', text: string, digestFirst: boolean }
  | { scheme: 'pbkdf2', digest: string, rounds: number, salt: Buffer, output: Buffer }
  | { scheme: 'scrypt', cost: number, blockSize: number, lanes: number, salt: Buffer, output: Buffer }

/** Why a hash is not taken: it is in no form of these, or what it asks for could hold a thread for long. */
export type HashRefusal = 'unknown' | 'too_costly'

type Parts = Record<string, string | undefined>

/** What one may cost: about two seconds of one thread, and 256 MiB. */
const bounds = { bcryptCost: 15, pbkdf2Blocks: 3_000_000, scryptWork: 2 ** 22, scryptKib: 2 ** 18 }

const longest = 512
const longestOutput = 128
const digestBytes: Record<string, number> = { sha1: 20, sha256: 32, sha512: 64 }

const number = '[1-9]\\d{0,9}'
const digest = '(?<digest>sha1|sha256|sha512)'
const salt = '(?<salt>[A-Za-z0-9+/.]{1,200}={0,2})'
const text = '(?<text>[^$]{1,128})'
// No shorter than 16 bytes: of few, too many passwords would do.
const output = '(?<output>[A-Za-z0-9+/.]{22,200}={0,2})'
const hex = '(?<hex>(?:[0-9a-f]{2}){16,128})'
const cost = `(?<cost>${number})`
const settings = `r=(?<blockSize>${number}),p=(?<lanes>${number})`

/** The forms that are taken, each of which states its own settings, and the systems that write it. */
const forms: [RegExp, (parts: Parts) => StoredHash | HashRefusal][] = [
  // argon2-cffi, libsodium, PHP, Spring; Django with its own word before it
  [/^(?:argon2)?(?<phc>\$argon2(?:id|i|d)\$.*)$/, argon2],
  // PHP, Ruby, Spring, Node; Django, which may digest first
  [/^(?:bcrypt\$)?(?<bcrypt>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/, bcrypt],
  [/^(?<digestFirst>bcrypt_sha256\$)(?<bcrypt>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/, bcrypt],
  // passlib, PHC
  [new RegExp(`^\\$pbkdf2(?:-${digest})?\\$(?:i=)?(?<rounds>${number})(?:,l=\\d{1,3})?\\$${salt}\\$${output}$`), pbkdf2],
  // Django, Werkzeug
  [new RegExp(`^pbkdf2_${digest}\\$(?<rounds>${number})\\$${text}\\$${output}$`), pbkdf2],
  [new RegExp(`^pbkdf2:${digest}:(?<rounds>${number})\\$${text}\\$${hex}$`), pbkdf2],
  // passlib, PHC, AdonisJS; Django; Werkzeug
  [new RegExp(`^\\$scrypt\\$(?:ln=(?<logCost>[1-9]\\d?)|n=${cost}),${settings}\\$${salt}\\$${output}$`), scrypt],
  [new RegExp(`^scrypt\\$${cost}\\$${text}\\$(?<blockSize>${number})\\$(?<lanes>${number})\\$${output}$`), scrypt],
  [new RegExp(`^scrypt:${cost}:(?<blockSize>${number}):(?<lanes>${number})\\$${text}\\$${hex}$`), scrypt]
]

/**
 * Reads a stored hash before it is run, wherever it was made; undefined when it is in none of these forms, or asks for
 * more memory or time than is sane.
 */
export function readStoredHash (stored: string): StoredHash | undefined {
  const hash = judge(stored)
  return typeof hash === 'string' ? undefined : hash
}

/** Why a stored hash is not taken; undefined when it is. */
export function refusalOf (stored: string): HashRefusal | undefined {
  const hash = judge(stored)
  return typeof hash === 'string' ? hash : undefined
}

function judge (stored: string): StoredHash | HashRefusal {
  if (stored.length > longest) return 'unknown'
  for (const [form, read] of forms) {
    const parts = form.exec(stored)?.groups
    if (parts !== undefined) return read(parts)
  }
  return 'unknown'
}

function argon2 ({ phc = '' }: Parts): StoredHash | HashRefusal {
  if (readPhc(phc) !== undefined) return { scheme: 'argon2', phc }
  return isArgon2(phc) ? 'too_costly' : 'unknown'
}

// The last signs of salt and output hold fewer bits than they could: others would never match.
const canonicalBcrypt = /^.{28}[.Oeu].{30}[.CGKOSWaeimquy26]$/

function bcrypt ({ bcrypt: text = '', cost, digestFirst }: Parts): StoredHash | HashRefusal {
  if (Number(cost) < 4 || Number(cost) > 31 || !canonicalBcrypt.test(text)) return 'unknown'
  if (Number(cost) > bounds.bcryptCost) return 'too_costly'
  return { scheme: 'bcrypt', text, digestFirst: digestFirst !== undefined }
}

function pbkdf2 ({ digest = 'sha1', rounds, ...parts }: Parts): StoredHash | HashRefusal {
  const [salt, output] = bytesOf(parts)
  const blocks = Math.ceil((output?.length ?? 0) / (digestBytes[digest] ?? 1))
  if (salt === undefined || output === undefined) return 'unknown'
  if (Number(rounds) * blocks > bounds.pbkdf2Blocks) return 'too_costly'
  return { scheme: 'pbkdf2', digest, rounds: Number(rounds), salt, output }
}

function scrypt ({ logCost, cost, blockSize, lanes, ...parts }: Parts): StoredHash | HashRefusal {
  const [salt, output] = bytesOf(parts)
  const [n, r, p] = [cost === undefined ? 2 ** Number(logCost) : Number(cost), Number(blockSize), Number(lanes)]
  // RFC 7914, section 2: a power of two below 2^(16 r).
  const sound = n > 1 && Number.isInteger(Math.log2(n)) && Math.log2(n) < 16 * r
  if (salt === undefined || output === undefined || !sound) return 'unknown'
  if (n * r * p > bounds.scryptWork || (n + p) * r / 8 > bounds.scryptKib + 1024) return 'too_costly'
  return { scheme: 'scrypt', cost: n, blockSize: r, lanes: p, salt, output }
}

function bytesOf ({ salt, text, output, hex }: Parts): [Buffer | undefined, Buffer | undefined] {
  const made = hex === undefined ? fromBase64(output) : Buffer.from(hex, 'hex')
  return [
    text === undefined ? fromBase64(salt) : Buffer.from(text),
    made === undefined || made.length > longestOutput ? undefined : made
  ]
}

// passlib writes a dot for a plus, and most leave out the padding.
function fromBase64 (text = ''): Buffer | undefined {
  const plain = text.replaceAll('.', '+').replace(/=+$/, '')
  const bytes = Buffer.from(plain, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === plain ? bytes : undefined
}
