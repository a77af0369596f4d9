import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createVerifiedTokens } from '../../src/lib/verified-tokens.js'

const claims = (exp = 1_000) => ({ sub: randomUUID(), sid: randomUUID(), jti: randomUUID(), exp })

function startAt (seconds: number, max = 10) {
  const clock = { milliseconds: seconds * 1000 }
  const keys = { version: 0 }
  const verified = createVerifiedTokens({ max, toleranceSeconds: 5, now: () => clock.milliseconds, keysVersion: () => keys.version })
  const remember = (token: string, said = claims(), version = keys.version) => verified.remember(token, said, version)
  return { clock, keys, verified, remember }
}

t.test('the memory of verified tokens', async (t) => {
  t.test('says of a token what was said of it', async (t) => {
    const { verified, remember } = startAt(0)
    const said = claims()
    remember('a.b.c', said)
    t.match(verified.recall('a.b.c'), said)
  })

  t.test('keeps no role: that is the record’s to say', async (t) => {
    const { verified, remember } = startAt(0)
    remember('a.b.c', Object.assign(claims(), { role: 'admin' }))
    t.notOk('role' in (verified.recall('a.b.c') ?? { role: 'missing' }))
  })

  t.test('knows no other spelling of a token', async (t) => {
    const { verified, remember } = startAt(0)
    remember('a.b.c')
    for (const other of ['', 'a.b', 'a.b.C', 'a.b.c ', ' a.b.c', 'a.b.c=', 'a.b.c\0', 'a.b.c\uFEFF', '\u0430.b.c', '__proto__']) {
      t.equal(verified.recall(other), undefined, JSON.stringify(other))
    }
  })

  t.test('says nothing of a token that has expired, counting the leeway', async (t) => {
    const { verified, remember, clock } = startAt(0)
    remember('a.b.c', claims(1_000))
    clock.milliseconds = 1_004_999
    t.ok(verified.recall('a.b.c'))
    clock.milliseconds = 1_005_000
    t.equal(verified.recall('a.b.c'), undefined)
  })

  t.test('forgets the one asked for longest ago when it is full', async (t) => {
    const { verified, remember } = startAt(0, 2)
    for (const token of ['one', 'two']) remember(token)
    verified.recall('one')
    remember('three')
    t.same(['one', 'two', 'three'].map((token) => verified.recall(token) !== undefined), [true, false, true])
  })

  t.test('says nothing of what was verified before a key was withdrawn, until it is verified again', async (t) => {
    const { verified, remember, keys } = startAt(0)
    remember('a.b.c')
    keys.version++
    t.equal(verified.recall('a.b.c'), undefined)
    remember('a.b.c')
    t.ok(verified.recall('a.b.c'))
  })

  t.test('says nothing of what was still being verified when a key was withdrawn', async (t) => {
    const { verified, remember, keys } = startAt(0)
    const before = keys.version
    keys.version++
    remember('a.b.c', claims(), before)
    t.equal(verified.recall('a.b.c'), undefined)
  })
})
