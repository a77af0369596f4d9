import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto'
import t from 'tap'
import run from '../../src/lib/hash-worker.js'
import { readStoredHash, refusalOf } from '../../src/lib/stored-hash.js'
import { foreignHashes } from '../helpers/foreign-hashes.js'

const verify = (password: string, against: string) => run({ verify: [password], against })
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64').replace(/=+$/, '')
const bcryptEnd = '$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

t.test('a hash made elsewhere', async (t) => {
  for (const [origin, password, stored] of foreignHashes) {
    t.test(`is verified: ${origin}`, async (t) => {
      t.equal(verify(password, stored), true)
      t.equal(verify(`z${password}`, stored), false)
      t.equal(verify('', stored), false)
    })
  }

  t.test('by bcrypt is of the first 72 bytes, as it was there', async (t) => {
    const [, , stored = ''] = foreignHashes.find(([origin]) => origin.startsWith('bcrypt of 72')) ?? []
    t.equal(verify(`${'é'.repeat(36)}whatever follows`, stored), true)
    t.equal(verify('é'.repeat(35), stored), false)
  })

  t.test('by bcrypt of a digest is of every byte', async (t) => {
    const [, password = '', stored = ''] = foreignHashes.find(([origin]) => origin.startsWith('Django, bcrypt of SHA-256')) ?? []
    t.ok(password.length > 72)
    t.equal(verify(password.slice(0, 72), stored), false)
    t.equal(verify(createHash('sha256').update(password).digest('hex'), stored), false)
  })
})

t.test('a hash as dear as is allowed is run, in every form', async (t) => {
  const dearest = [
    `$2b$15${bcryptEnd}`,
    `$pbkdf2-sha256$3000000$${base64(16)}$${base64(32)}`,
    `$pbkdf2-sha512$i=1500000,l=128$${base64(16)}$${base64(128)}`,
    `$scrypt$ln=18,r=8,p=2$${base64(16)}$${base64(32)}`,
    `$scrypt$ln=2,r=1,p=1048576$${base64(16)}$${base64(32)}`
  ]
  for (const stored of dearest) t.test(stored.slice(0, 36), async (t) => t.not(readStoredHash(stored), undefined))

  t.test('and none that is read makes scrypt fail for want of memory', async (t) => {
    for (const settings of ['ln=1,r=1,p=1', 'ln=15,r=1,p=1', 'ln=17,r=8,p=1', 'ln=2,r=1,p=4096', 'ln=1,r=4096,p=1', 'ln=16,r=16,p=1']) {
      t.equal(verify('x', `$scrypt$${settings}$${base64(1)}$${base64(128)}`), false, settings)
    }
  })
})

t.test('a hash is refused before it is run', async (t) => {
  const refused: [string, string][] = [
    ['nothing', ''],
    ['plain text', 'password'],
    ['MD5', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['MD5 of crypt', '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'],
    ['a salt and a hash whose settings nobody states', `${'ab'.repeat(16)}:${'cd'.repeat(64)}`],
    ['what Django writes for nobody', `!${'a'.repeat(40)}`],
    ['bcrypt of a cost above what is sane', `$2b$16${bcryptEnd}`],
    ['bcrypt of the highest cost', `$2b$31${bcryptEnd}`],
    ['bcrypt of a cost below its own', `$2b$03${bcryptEnd}`],
    ['bcrypt of a faulty kind', `$2x$05${bcryptEnd}`],
    ['bcrypt cut short', `$2b$05${bcryptEnd.slice(0, -1)}`],
    ['bcrypt with a sign more', `$2b$05${bcryptEnd}e`],
    ['bcrypt with a salt that means nothing', '$2b$05$CCCCCCCCCCCCCCCCCCCCCBE5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['bcrypt with an output that means nothing', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeX'],
    ['bcrypt with a sign before its cost', `$2b$+5${bcryptEnd}`],
    ['PBKDF2 with a round too many', `$pbkdf2-sha256$3000001$${base64(16)}$${base64(32)}`],
    ['PBKDF2 with rounds without end', `pbkdf2_sha256$4294967295$saltsalt$${base64(32)}`],
    ['PBKDF2 whose output doubles its rounds', `$pbkdf2-sha512$1500001$${base64(16)}$${base64(65)}`],
    ['PBKDF2 of no round', `$pbkdf2-sha256$0$${base64(16)}$${base64(32)}`],
    ['PBKDF2 of another digest', `pbkdf2_md5$1000$saltsalt$${base64(16)}`],
    ['PBKDF2 with an output of one byte', `pbkdf2_sha256$1000$saltsalt$${base64(1)}`],
    ['PBKDF2 with an output of fifteen bytes', `pbkdf2:sha256:1000$saltsalt$${'ab'.repeat(15)}`],
    ['PBKDF2 with an output too long', `pbkdf2_sha256$1000$saltsalt$${base64(129)}`],
    ['PBKDF2 with an output that base64 cannot have', `pbkdf2_sha256$1000$saltsalt$${base64(32).slice(0, -2)}`],
    ['PBKDF2 with no salt', `pbkdf2_sha256$1000$$${base64(32)}`],
    ['scrypt with more memory than is sane', `$scrypt$ln=19,r=8,p=1$${base64(16)}$${base64(32)}`],
    ['scrypt with more memory than is sane, by its blocks', `$scrypt$ln=10,r=4096,p=1$${base64(16)}$${base64(32)}`],
    ['scrypt with memory without end', `scrypt$4294967296$saltsalt$8$1$${base64(64)}`],
    ['scrypt with lanes without end', `scrypt:16384:8:4294967295$saltsalt$${'ab'.repeat(64)}`],
    ['scrypt with more work than is sane', `$scrypt$ln=17,r=8,p=5$${base64(16)}$${base64(32)}`],
    ['scrypt with a cost that is no power of two', `scrypt$16383$saltsalt$8$1$${base64(64)}`],
    ['scrypt with a cost of one', `scrypt$1$saltsalt$8$1$${base64(64)}`],
    ['scrypt with a cost too great for its blocks', `$scrypt$ln=16,r=1,p=1$${base64(16)}$${base64(32)}`],
    ['scrypt with a cost beyond all numbers', `$scrypt$ln=99,r=8,p=1$${base64(16)}$${base64(32)}`],
    ['argon2 with all the memory there is', `argon2$argon2id$v=19$m=4294967295,t=2,p=1$${base64(16)}$${base64(32)}`],
    ['argon2 of its first version', `$argon2i$m=8,t=1,p=1$${base64(8)}$${base64(64)}`],
    ['a line feed behind', `pbkdf2_sha256$1000$saltsalt$${base64(32)}\n`],
    ['a salt without end', `pbkdf2_sha256$1000$${'s'.repeat(100_000)}$${base64(32)}`]
  ]
  const costly = /above what is sane|of the highest cost|a round too many|rounds without end|doubles its rounds|more (memory|work) than is sane|(memory|lanes) without end|beyond all numbers|all the memory/
  for (const [title, stored] of refused) {
    t.test(title, async (t) => {
      t.equal(readStoredHash(stored), undefined)
      t.equal(refusalOf(stored), costly.test(title) ? 'too_costly' : 'unknown')
      t.equal(verify(stored, stored), false)
    })
  }
})

t.test('a hash is read as node:crypto makes it, whatever its salt and output', async (t) => {
  for (const bytes of [16, 17, 20, 31, 64, 128]) {
    const salt = Buffer.alloc(bytes, 0xfb)
    const unpadded = (made: Buffer) => made.toString('base64').replace(/=+$/, '')
    const pbkdf2 = pbkdf2Sync('password', salt, 3, bytes, 'sha1')
    const scrypt = scryptSync('password', salt, bytes, { N: 4, r: 3, p: 2 })

    t.equal(verify('password', `$pbkdf2$3$${unpadded(salt).replaceAll('+', '.')}$${unpadded(pbkdf2).replaceAll('+', '.')}`), true)
    t.equal(verify('password', `$pbkdf2-sha1$i=3,l=${bytes}$${salt.toString('base64')}$${pbkdf2.toString('base64')}`), true)
    t.equal(verify('password', `$scrypt$ln=2,r=3,p=2$${unpadded(salt)}$${unpadded(scrypt)}`), true)
  }
})
