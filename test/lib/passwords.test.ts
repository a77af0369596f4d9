import { hashSync } from '@node-rs/argon2'
import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { createPasswords } from '../../src/lib/passwords.js'
import { readPhc } from '../../src/lib/phc.js'
import { foreignHashes } from '../helpers/foreign-hashes.js'
import { pending } from '../helpers/pending.js'

const settings = { memoryKib: 8192, passes: 1, threads: 1, queue: 64 }

function open (t: Test, changes: Partial<typeof settings> = {}) {
  const passwords = createPasswords({ ...settings, ...changes })
  t.teardown(passwords.close)
  return passwords
}

const salt = 'c29tZXNhbHRzb21lc2FsdA'
const output = 'A'.repeat(43)

t.test('passwords', async (t) => {
  const passwords = open(t)
  const stored = await passwords.hash('correct horse battery staple')

  t.test('are hashed with argon2id, in the settings that were asked for', async (t) => {
    t.match(stored, /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
    t.same(readPhc(stored), { variant: 'argon2id', memoryKib: 8192, passes: 1 })
  })

  t.test('are hashed with a salt of their own', async (t) => {
    t.not(await passwords.hash('correct horse battery staple'), stored)
  })

  t.test('match their hash and no other', async (t) => {
    t.equal(await passwords.verify('correct horse battery staple', stored), true)
    for (const wrong of ['', 'correct horse battery stapl', 'correct horse battery staple ', 'Correct horse battery staple', stored]) {
      t.equal(await passwords.verify(wrong, stored), false, JSON.stringify(wrong))
    }
  })

  t.test('are the same however their accents are written (NFC)', async (t) => {
    const [composed, apart] = ['Ren\u00e9e-\u212b-1815', 'Rene\u0301e-A\u030a-1815']
    t.not(composed, apart)
    t.equal(await passwords.verify(apart, await passwords.hash(composed)), true)
    t.equal(await passwords.verify(composed, await passwords.hash(apart)), true)
  })

  t.test('are compared to their last letter and past a NUL', async (t) => {
    const long = 'x'.repeat(255)
    const hash = await passwords.hash(`${long}a`)
    t.equal(await passwords.verify(`${long}a`, hash), true)
    t.equal(await passwords.verify(`${long}b`, hash), false)
    t.equal(await passwords.verify('left\0right', await passwords.hash('left\0wrong')), false)
  })

  t.test('a hash made with other sane settings is judged as it was made', async (t) => {
    const other = open(t, { passes: 2 })
    t.equal(await passwords.verify('of another day', await other.hash('of another day')), true)
  })
})

t.test('a stored hash that is in no known form, or asks for too much,', async (t) => {
  const passwords = open(t)
  const hostile: [string, string][] = [
    ['asking for 4 TiB', `$argon2id$v=19$m=4294967295,t=1,p=1$${salt}$${output}`],
    ['asking for four thousand million passes', `$argon2id$v=19$m=8192,t=4294967295,p=1$${salt}$${output}`],
    ['asking for a hundred lanes', `$argon2id$v=19$m=8192,t=1,p=100$${salt}$${output}`],
    ['of bcrypt, at a cost of 31', '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['of PBKDF2, of four thousand million rounds', `$pbkdf2-sha256$4294967295$${salt}$${output}`],
    ['of scrypt, asking for a TiB', `$scrypt$ln=30,r=8,p=1$${salt}$${output}`],
    ['that base64 cannot have', `$argon2id$v=19$m=8192,t=1,p=1$${salt}AAA$${output}`],
    ['in plain text', 'password'],
    ['empty', '']
  ]
  for (const [title, hash] of hostile) {
    t.test(`is refused before it is run, and called outdated: ${title}`, async (t) => {
      t.equal(await passwords.verify('password', hash), false)
      t.equal(await passwords.verify(hash, hash), false)
      t.equal(passwords.isOutdated(hash), true)
    })
  }
})

t.test('a password that was hashed elsewhere as it was typed', async (t) => {
  const passwords = open(t)
  const [composed, typed] = ['Vi\u1ec7t-Nam-1815', 'Vi\u00ea\u0323t-Nam-1815']
  t.equal(typed.normalize('NFC'), composed)
  t.not(typed.normalize('NFD'), typed)
  const elsewhere = hashSync(typed, { memoryCost: 8192, timeCost: 1 })

  t.test('matches when it is typed so again', async (t) => t.equal(await passwords.verify(typed, elsewhere), true))
  t.test('matches its NFC where it was hashed so', async (t) => t.equal(await passwords.verify(typed, hashSync(composed, { memoryCost: 8192, timeCost: 1 })), true))
  t.test('is not known by its NFC', async (t) => t.equal(await passwords.verify(composed, elsewhere), false))
  t.test('is known by either once it is hashed here', async (t) => {
    const ours = await passwords.hash(typed)
    t.equal(await passwords.verify(composed, ours), true)
    t.equal(await passwords.verify(typed, ours), true)
  })
})

t.test('an account that does not exist costs as much as one that does', async (t) => {
  const passwords = open(t)
  const stored = await passwords.hash('correct horse battery staple')
  const cases: [string, string | undefined][] = [['no hash', undefined], ['a hash that is refused', '$argon2id$v=19$m=4294967295,t=1,p=1$c29t$AAAA'], ['a good one', stored]]

  for (const [title, hash] of cases) {
    t.test(`with ${title}, one hash is run`, async (t) => {
      const verdict = passwords.verify('not her password', hash)
      t.equal(passwords.gate.running, 1)
      t.equal(await verdict, false)
      t.equal(passwords.gate.running, 0)
    })
  }

  t.test('with no hash, what is run was made with the settings of today', async (t) => {
    const tasks: unknown[] = []
    const { createPasswords } = await t.mockImport<typeof import('../../src/lib/passwords.js')>('../../src/lib/passwords.js', {
      piscina: { Piscina: class { async run (task: unknown) { tasks.push(task); return true } async destroy () {} } }
    })
    const spied = createPasswords({ ...settings, memoryKib: 19456, passes: 3 })
    t.equal(await spied.verify('password', undefined), false, 'even when it matches')
    t.equal(await spied.verify('password', '$argon2id$v=19$m=4294967295,t=1,p=1$c29t$AAAA'), false)
    t.equal(tasks.length, 2)
    for (const { verify, against } of tasks as { verify: string[], against: string }[]) {
      t.same(verify, ['password'])
      t.same(readPhc(against), { variant: 'argon2id', memoryKib: 19456, passes: 3 })
    }

    tasks.length = 0
    const stored = `$argon2id$v=19$m=19456,t=3,p=1$${salt}$${output}`
    for (const hash of [undefined, stored]) await spied.verify('Vi\u00ea\u0323t', hash)
    const [nobody, somebody] = tasks as { verify: string[] }[]
    t.equal(nobody?.verify.length, 2, 'in as many spellings')
    t.same(nobody?.verify, somebody?.verify)
  })
})

t.test('more passwords than can be hashed', async (t) => {
  t.test('find it busy at once when the queue is full', async (t) => {
    const passwords = open(t, { queue: 1 })
    await passwords.warm()
    const accepted = [passwords.hash('first of them'), passwords.hash('second of them')]
    await t.rejects(passwords.hash('third of them'), { code: 'busy' })
    await t.rejects(passwords.verify('third of them', undefined), { code: 'busy' })
    t.equal((await Promise.all(accepted)).length, 2)
  })

  t.test('wait two seconds and no longer', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.teardown(() => mock.timers.reset())
    const passwords = open(t, { queue: 2 })
    await passwords.warm()
    const blocked = pending()
    const running = [passwords.gate.run(blocked.run), passwords.gate.run(blocked.run)]
    const late = t.rejects(passwords.hash('too late for this'), { code: 'busy' })

    mock.timers.tick(1_999)
    t.equal(passwords.gate.waiting, 1)
    mock.timers.tick(1)
    await late
    blocked.finish('')
    await Promise.all(running)
  })
})

t.test('a stored hash is outdated', async (t) => {
  const passwords = open(t, { memoryKib: 19456, passes: 2 })
  const rows: [string, boolean][] = [
    ['m=19456,t=2,p=1', false], ['m=19455,t=2,p=1', true], ['m=19456,t=1,p=1', true], ['m=65536,t=1,p=1', true], ['m=65536,t=3,p=1', false]
  ]
  t.test('yes: every one that is no argon2id of ours', async (t) => {
    for (const [origin, , stored] of foreignHashes.filter(([origin]) => origin !== 'argon2id, of the reference implementation')) {
      t.equal(passwords.isOutdated(stored), true, origin)
    }
  })
  for (const [made, outdated] of rows) {
    t.test(`${outdated ? 'yes' : 'no'}: ${made}`, async (t) => t.equal(passwords.isOutdated(`$argon2id$v=19$${made}$${salt}$${output}`), outdated))
  }
})
