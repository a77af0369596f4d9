import t from 'tap'
import { createKeyRing, newestFirst, publishedSeconds, stateOf, type SigningKeys } from '../../src/lib/key-ring.js'
import { types, type SigningKey } from '../../src/lib/keys.js'
import { makeKey } from '../helpers/issuer.js'

t.test('the key ring', async (t) => {
  const [oldest, middle, newest, refresh] = await Promise.all([
    makeKey('access', 1_000), makeKey('access', 2_000), makeKey('access', 3_000), makeKey('refresh', 1_000)
  ].map(async (made) => (await made).key)) as [SigningKey, SigningKey, SigningKey, SigningKey]
  const keys: SigningKeys = { access: [middle, newest, oldest], refresh: [refresh] }
  const ring = () => createKeyRing(keys)

  t.test('publishes a new key for longer than our key set may be cached (300 s)', async (t) => {
    t.ok(publishedSeconds > 300)
  })

  const signs: [string, number, SigningKey][] = [
    ['long after all were made', 10_000, newest],
    ['once the newest has been published long enough', 3_000 + publishedSeconds, newest],
    ['a second before that', 3_000 + publishedSeconds - 1, middle],
    ['when the middle one has only just been published long enough', 2_000 + publishedSeconds, middle],
    ['when only the oldest has been published long enough', 1_000 + publishedSeconds, oldest],
    ['when none has been published long enough: a first start signs at once', 1_001, oldest],
    ['before all of them', 0, oldest]
  ]
  for (const [when, iat, key] of signs) {
    t.test(`signs with the newest key that was published at the time of issue: ${when}`, async (t) => {
      t.equal(ring().signing('access', iat).kid, key.kid)
    })
  }

  t.test('names the same key for a time of issue, in whatever order the keys came', async (t) => {
    const twins = [{ ...oldest, createdAt: 3_000 }, { ...newest }]
    const [one, other] = [twins, [...twins].reverse()].map((access) => createKeyRing({ access, refresh: [refresh] }).signing('access', 9_999).kid)
    t.equal(one, other)
  })

  t.test('finds a key by its whole header, among those of its purpose alone', async (t) => {
    t.equal(ring().find('access', oldest.header), oldest)
    t.equal(ring().find('refresh', refresh.header), refresh)
    t.equal(ring().find('refresh', oldest.header), undefined)
    t.equal(ring().find('access', refresh.header), undefined)
  })

  for (const header of ['__proto__', 'constructor', 'toString', 'size', '']) {
    t.test(`finds nothing under ${JSON.stringify(header)}`, async (t) => {
      t.equal(ring().find('access', header), undefined)
    })
  }

  t.test('publishes every access key, the newest first, and no refresh key', async (t) => {
    t.same(ring().jwks(), { keys: [newest.jwk, middle.jwk, oldest.jwk] })
  })

  t.test('publishes no private number', async (t) => {
    for (const jwk of ring().jwks().keys) t.same(Object.keys(jwk).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })

  t.test('forgets a key that is taken out and knows one that is put in', async (t) => {
    const changing = createKeyRing({ access: [oldest, middle], refresh: [refresh] })
    changing.replace({ access: [middle, newest], refresh: [refresh] })
    t.equal(changing.find('access', oldest.header), undefined)
    t.equal(changing.find('access', newest.header), newest)
    t.same([...changing.kids()].sort(), [newest.kid, middle.kid, refresh.kid].sort())
  })

  t.test('keeps what it had when the keys that would replace them are refused', async (t) => {
    const changing = ring()
    t.throws(() => changing.replace({ access: [], refresh: [refresh] }), { message: /no key for access tokens/ })
    t.equal(changing.find('access', oldest.header), oldest)
  })

  t.test('is refused without a key for each purpose', async (t) => {
    t.throws(() => createKeyRing({ access: [], refresh: [refresh] }), { message: /no key for access tokens.*`gatehouse keys create`/ })
    t.throws(() => createKeyRing({ access: [oldest], refresh: [] }), { message: /no key for refresh tokens.*`gatehouse keys create`/ })
  })

  t.test('is refused when access and refresh tokens would be signed with the same key', async (t) => {
    const shared = { ...oldest, header: Buffer.from(JSON.stringify({ alg: 'RS256', typ: types.refresh, kid: oldest.kid })).toString('base64url') }
    t.throws(() => createKeyRing({ access: [newest, oldest], refresh: [refresh, shared] }), { message: /the same key.*`gatehouse keys create`/ })
  })

  t.test('says which key will sign, signs and has signed', async (t) => {
    const all = newestFirst(keys.access)
    const at = (now: number) => all.map((key) => stateOf(key, all, now))
    t.same(at(2_000 + publishedSeconds), ['next', 'current', 'retired'])
    t.same(at(3_000 + publishedSeconds), ['current', 'retired', 'retired'])
    t.same(at(1_000), ['next', 'next', 'current'])
  })
})
