import t from 'tap'
import { createUserReader, writeUserLine } from '../../src/lib/user-lines.js'
import { foreignHashes } from '../helpers/foreign-hashes.js'

const now = Date.parse('2030-01-01T00:00:00Z')
const read = createUserReader({ passwordMinLength: 8, argon2MemoryKib: 8192, argon2Passes: 1 }, () => now)
const lineOf = (fields: object) => Buffer.from(JSON.stringify({ email: 'ada@example.com', name: 'Ada', ...fields }))
const userOf = (line: Buffer) => {
  const told = read(line)
  if ('fault' in told) throw new Error(told.fault)
  return told.user
}

const whole = {
  id: '0d0e2ab2-59ff-4b1c-8a3f-0a5a4e7f1b11',
  email: 'ada@example.com',
  name: 'Ada “Countess” Lovelace 🙂',
  role: 'admin',
  photo: 'https://example.com/ada.jpg',
  verified: true,
  disabled: true,
  createdAt: '2020-02-29T12:34:56.123456Z',
  password_hash: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
}

t.test('a line that tells of a user', async (t) => {
  t.test('is taken as it is written', async (t) => {
    const { password_hash: passwordHash, ...user } = whole
    t.same(userOf(lineOf(whole)), { ...user, passwordHash })
  })

  t.test('comes back byte for byte', async (t) => t.equal(writeUserLine(userOf(lineOf(whole))), `${JSON.stringify(whole)}\n`))

  t.test('may leave out all but the address and the name', async (t) => {
    const { id, passwordHash, ...user } = userOf(lineOf({}))
    t.same(user, { email: 'ada@example.com', name: 'Ada', role: 'user', photo: 'default.png', verified: false, disabled: false, createdAt: null })
    t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    t.match(passwordHash, /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
    t.not(userOf(lineOf({})).passwordHash, passwordHash, 'with a password of its own that nobody knows')
    t.not(userOf(lineOf({})).id, id)
  })

  t.test('is normalized as it is for somebody who registers', async (t) => {
    t.match(userOf(lineOf({ email: '  Ada@Example.COM ', name: ' Ada  Lovelace ', id: whole.id.toUpperCase() })), { email: 'ada@example.com', name: 'Ada  Lovelace', id: whole.id })
  })

  t.test('may bring a hash of every form that is verified', async (t) => {
    for (const [origin, , hash] of foreignHashes) t.equal(userOf(lineOf({ password_hash: hash })).passwordHash, hash, origin)
  })

  for (const createdAt of ['1970-01-01T00:00:00Z', '2029-12-31T23:59:59.999999Z', '2020-01-01T00:00:00+14:00', '2020-01-01T00:00:00.5-09:30']) {
    t.test(`may say when the account was opened: ${createdAt}`, async (t) => t.equal(userOf(lineOf({ createdAt })).createdAt, createdAt))
  }

  t.test('may begin with a byte order mark and end with a carriage return', async (t) => {
    t.equal(userOf(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), lineOf({}), Buffer.from('\r')])).name, 'Ada')
  })
})

t.test('a line is refused with its reason', async (t) => {
  const unknown = /^password_hash is in no form that is known here$/
  const tooCostly = /^password_hash asks for more memory or time than is allowed$/
  const refused: [string, Buffer, RegExp][] = [
    ['half an object', Buffer.from('{"email":'), /^is not JSON in UTF-8$/],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /^is not JSON in UTF-8$/],
    ['an array', Buffer.from('[]'), /^is not a JSON object$/],
    ['null', Buffer.from('null'), /^is not a JSON object$/],
    ['a text', Buffer.from('"ada@example.com"'), /^is not a JSON object$/],
    ['nothing in it', Buffer.from('{}'), /^email is required; name is required$/],
    ['a password', lineOf({ password: 'correct horse battery staple' }), /^"password" is no field of a user$/],
    ['a field that this language has itself', Buffer.from('{"__proto__":{},"email":"a@example.com","name":"A"}'), /^"__proto__" is no field of a user$/],
    ['a field that would speak to a terminal', lineOf({ '\x1b[2J\u009b': 1 }), /^"\?\[2J\?" is no field of a user$/],
    ['no address', lineOf({ email: 'ada' }), /^email must match format "email"$/],
    ['an address too long', lineOf({ email: `${'a'.repeat(64)}@${'b.'.repeat(100)}example.com` }), /^email must NOT have more than 254 characters/],
    ['a name of blanks', lineOf({ name: '   ' }), /^name must NOT have fewer than 1 characters$/],
    ['a name too long', lineOf({ name: 'a'.repeat(101) }), /^name must NOT have more than 100 characters$/],
    ['a number for a name', lineOf({ name: 1 }), /^name must be string$/],
    ['a name with a NUL', lineOf({ name: 'A\0da' }), /^name must be well-formed text without NUL$/],
    ['half a sign', lineOf({ name: 'A\ud800' }), /^name must be well-formed text without NUL$/],
    ['a role that there is not', lineOf({ role: 'root' }), /^role must be equal to one of the allowed values$/],
    ['a photo that is no address', lineOf({ photo: 'javascript:alert(1)' }), /^photo must match format "photo"$/],
    ['a word for a truth', lineOf({ verified: 'yes' }), /^verified must be boolean$/],
    ['null for a truth', lineOf({ disabled: null }), /^disabled must be boolean$/],
    ['an id that is no UUID', lineOf({ id: '17' }), /^id must match pattern/],
    ['a day that there is not', lineOf({ createdAt: '2021-02-29T00:00:00Z' }), /^createdAt must match format "date-time"$/],
    ['a time with no zone', lineOf({ createdAt: '2021-02-28T00:00:00' }), /^createdAt must match/],
    ['a zone that there is not', lineOf({ createdAt: '2021-02-28T00:00:00+15:00' }), /^createdAt must match pattern/],
    ['a time to come', lineOf({ createdAt: '2030-01-01T00:00:01Z' }), /^createdAt is not between 1970 and now$/],
    ['a time before all', lineOf({ createdAt: '0000-01-01T00:00:00Z' }), /^createdAt is not between 1970 and now$/],
    ['a leap second', lineOf({ createdAt: '2016-12-31T23:59:60Z' }), /^createdAt is not between 1970 and now$/],
    ['a hash in no known form', lineOf({ password_hash: '5f4dcc3b5aa765d61d8327deb882cf99' }), unknown],
    ['an empty hash', lineOf({ password_hash: '' }), unknown],
    ['a hash that asks for too much', lineOf({ password_hash: whole.password_hash.replace('$05$', '$31$') }), tooCostly]
  ]
  for (const [title, line, reason] of refused) {
    t.test(title, async (t) => {
      const told = read(line)
      t.match('fault' in told ? told.fault : 'it was taken', reason)
    })
  }

  t.test('that says nothing of what stands in it', async (t) => {
    const secret = 'c0ffee'.repeat(10)
    for (const field of ['id', 'email', 'name', 'photo', 'role', 'createdAt', 'password_hash']) t.notMatch(JSON.stringify(read(lineOf({ [field]: `${secret}\0` }))), secret)
  })
})
