import t from 'tap'
import { weaknessOf } from '../../src/lib/password-rules.js'

const ada = { name: 'Ada Lovelace', email: 'countess@example.com' }

t.test('a password that holds what anybody knows of its owner', async (t) => {
  const weak: [string, string, { name: string, email: string }][] = [
    ['the name', 'Ada Lovelace', ada],
    ['the name within', 'xx-Ada Lovelace-1815', ada],
    ['the name in another case', 'ADA LOVELACE', ada],
    ['the address', 'countess@example.com!', ada],
    ['the local part', 'MyCountess1', ada],
    ['a name in full-width letters', 'Ａｄａ Ｌｏｖｅｌａｃｅ-1815', ada],
    ['one that is tried first', 'Password123', ada],
    ['one that is tried first, in other words', 'iloveyou1', ada],
    ['a name whose accents are apart', 'Rene\u0301e12345', { name: 'Renée', email: 'x@example.com' }],
    ['a name of four signs', '12🙂🙂🙂🙂34', { name: '🙂🙂🙂🙂', email: 'x@example.com' }]
  ]
  for (const [title, password, owner] of weak) {
    t.test(`is too weak: ${title}`, async (t) => t.type(await weaknessOf(password, owner), 'string'))
  }

  const good: [string, string, { name: string, email: string }][] = [
    ['none of it', 'correct horse battery staple', ada],
    ['a word of the name', 'lovelace1815', ada],
    ['a name of three letters', 'Ada and the engine', { name: 'Ada', email: 'x@example.com' }],
    ['a local part of three letters', 'bobsleigh run', { name: 'Robert', email: 'bob@example.com' }],
    ['the host of the address', 'example.com is mine', ada],
    ['a name of two signs, which are four code units', '12🙂🙂34567', { name: '🙂🙂', email: 'x@example.com' }],
    ['a name of blanks', 'seven of nine', { name: '    ', email: 'x@example.com' }]
  ]
  for (const [title, password, owner] of good) {
    t.test(`is good enough: ${title}`, async (t) => t.equal(await weaknessOf(password, owner), undefined))
  }

  t.test('is told from one that is tried first', async (t) => {
    t.match(await weaknessOf('Ada Lovelace 1815', ada), /holds your name or your email address: choose one/)
    t.match(await weaknessOf('Password123', ada), /one of those that are tried first: choose one/)
  })

  t.test('is called too weak without being said again', async (t) => {
    t.notMatch(await weaknessOf('Ada Lovelace 1815', ada), /lovelace/i)
  })
})
