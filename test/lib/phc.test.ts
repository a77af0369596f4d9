import t from 'tap'
import { readPhc } from '../../src/lib/phc.js'

const salt = 'c29tZXNhbHRzb21lc2FsdA'
const output = 'A'.repeat(43)
const hashed = (settings: string) => `$argon2id$v=19$${settings}$${salt}$${output}`

t.test('the settings of a stored hash', async (t) => {
  const read: [string, { variant: string, memoryKib: number, passes: number }][] = [
    [hashed('m=19456,t=2,p=1'), { variant: 'argon2id', memoryKib: 19456, passes: 2 }],
    [hashed('m=8,t=1,p=1'), { variant: 'argon2id', memoryKib: 8, passes: 1 }],
    [hashed('m=1048576,t=4,p=8'), { variant: 'argon2id', memoryKib: 1048576, passes: 4 }],
    [hashed('m=262144,t=16,p=8'), { variant: 'argon2id', memoryKib: 262144, passes: 16 }],
    [hashed('m=1024,t=2,p=2').replace('argon2id', 'argon2i'), { variant: 'argon2i', memoryKib: 1024, passes: 2 }],
    [hashed('m=16,t=2,p=1').replace('argon2id', 'argon2d'), { variant: 'argon2d', memoryKib: 16, passes: 2 }]
  ]
  for (const [hash, settings] of read) {
    t.test(`are read: ${hash.slice(0, 36)}`, async (t) => t.same(readPhc(hash), settings))
  }

  const refused: [string, string][] = [
    ['nothing', ''],
    ['another function', hashed('m=19456,t=2,p=1').replace('argon2id', 'argon2ix')],
    ['bcrypt', '$2b$12$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzabcdefg'],
    ['another version', hashed('m=19456,t=2,p=1').replace('v=19', 'v=16')],
    ['all the memory there is', hashed('m=4294967295,t=2,p=1')],
    ['a KiB more than is sane', hashed('m=1048577,t=2,p=1')],
    ['too little memory', hashed('m=7,t=2,p=1')],
    ['too little memory for its lanes', hashed('m=63,t=2,p=8')],
    ['passes without end', hashed('m=19456,t=4294967295,p=1')],
    ['one pass more than is sane', hashed('m=19456,t=17,p=1')],
    ['more work than is sane', hashed('m=262145,t=16,p=1')],
    ['no pass', hashed('m=19456,t=0,p=1')],
    ['nine lanes', hashed('m=19456,t=2,p=9')],
    ['no lane', hashed('m=19456,t=2,p=0')],
    ['negative memory', hashed('m=-1,t=2,p=1')],
    ['memory in hexadecimal', hashed('m=0x4c00,t=2,p=1')],
    ['memory with a nought before it', hashed('m=019456,t=2,p=1')],
    ['another order', hashed('t=2,m=19456,p=1')],
    ['a key', hashed('m=19456,t=2,p=1,keyid=AA')],
    ['a salt too short', hashed('m=19456,t=2,p=1').replace(salt, 'c2FsdA')],
    ['a salt of a length that base64 cannot have', hashed('m=19456,t=2,p=1').replace(salt, `${salt}AAA`)],
    ['an output too short', hashed('m=19456,t=2,p=1').replace(output, 'AAAA')],
    ['an output of a length that base64 cannot have', hashed('m=19456,t=2,p=1').replace(output, 'A'.repeat(41))],
    ['an output with bits that mean nothing', hashed('m=19456,t=2,p=1').replace(output, `${'A'.repeat(42)}B`)],
    ['an output without end', hashed('m=19456,t=2,p=1').replace(output, 'A'.repeat(100_000))],
    ['padding', `${hashed('m=19456,t=2,p=1')}=`],
    ['a line feed behind', `${hashed('m=19456,t=2,p=1')}\n`],
    ['a space before', ` ${hashed('m=19456,t=2,p=1')}`]
  ]
  for (const [title, hash] of refused) {
    t.test(`are refused: ${title}`, async (t) => t.equal(readPhc(hash), undefined))
  }
})
