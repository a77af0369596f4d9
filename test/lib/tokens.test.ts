import t from 'tap'
import type { Purpose } from '../../src/lib/keys.js'
import { createIssuer, forge, read } from '../helpers/issuer.js'

t.test('the form of a token', async (t) => {
  const ours = await createIssuer()

  for (const purpose of ['access', 'refresh'] as const) {
    t.test(`an ${purpose} token is signed with RS256 and says which kind it is and which key signed it`, async (t) => {
      t.equal(read(await ours.issue(purpose)).headerText, JSON.stringify({ alg: 'RS256', typ: purpose === 'access' ? 'at+jwt' : 'rt+jwt', kid: ours.made[purpose].key.kid }))
    })

    t.test(`an ${purpose} token that we issued is accepted, and says what was written`, async (t) => {
      const claims = ours.newClaims(purpose)
      const { iss, aud, nbf, ...rest } = await ours.tokens.verify(purpose, await ours.tokens.sign(purpose, claims))
      t.same(rest, claims)
      t.match({ iss, aud, nbf }, { iss: 'https://auth.example.com', aud: purpose === 'access' ? 'https://api.example.com' : iss, nbf: claims.iat })
    })

    t.test(`an ${purpose} token of the same claims is the same, byte for byte`, async (t) => {
      const claims = ours.newClaims(purpose)
      const first = await ours.tokens.sign(purpose, claims)
      ours.clock.milliseconds += 3_600_000
      t.equal(await ours.tokens.sign(purpose, { ...claims }), first)
    })
  }

  t.test('an access token names its role, a refresh token none', async (t) => {
    t.same(Object.keys(read(await ours.issue('access')).claims), ['iss', 'aud', 'sub', 'sid', 'jti', 'role', 'iat', 'nbf', 'exp'])
    t.same(Object.keys(read(await ours.issue('refresh')).claims), ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'nbf', 'exp'])
  })

  t.test('a refresh token names no role, whoever asks for one', async (t) => {
    t.notOk('role' in read(await ours.issue('refresh', { role: 'admin' })).claims)
  })
})

t.test('the times of a token', async (t) => {
  const ours = await createIssuer()
  const issuedAt = ours.clock.milliseconds
  const issued = { access: await ours.issue('access'), refresh: await ours.issue('refresh') }
  const at = (milliseconds: number) => { ours.clock.milliseconds = issuedAt + milliseconds }

  for (const [purpose, life] of [['access', 900_000], ['refresh', 604_800_000]] as const) {
    const token = issued[purpose]
    const rows: [string, number, 'accepted' | 'expired' | 'not_yet_valid'][] = [
      ['the moment it is issued', 0, 'accepted'],
      ['a clock that is 5 s behind ours', -5_000, 'accepted'],
      ['a clock that is more than 5 s behind', -5_001, 'not_yet_valid'],
      ['the last millisecond of its life and 5 s', life + 4_999, 'accepted'],
      ['the end of its life and 5 s', life + 5_000, 'expired'],
      ['a year later', life + 365 * 86_400_000, 'expired']
    ]
    for (const [when, milliseconds, outcome] of rows) {
      t.test(`${purpose}: at ${when} it is ${outcome}`, async (t) => {
        at(milliseconds)
        if (outcome === 'accepted') await t.resolves(ours.tokens.verify(purpose, token))
        else await t.rejects(ours.tokens.verify(purpose, token), { code: 'token_invalid', reason: outcome })
      })
    }

    t.test(`${purpose}: its expiry alone is passed over where that is asked for`, async (t) => {
      at(life + 86_400_000)
      await t.resolves(ours.tokens.verify(purpose, token, 'allowed'))
      at(-5_001)
      await t.rejects(ours.tokens.verify(purpose, token, 'allowed'), { code: 'token_invalid', reason: 'not_yet_valid' })
    })
  }

  t.test('a life longer than our own is refused, though our key signed it', async (t) => {
    at(0)
    for (const [purpose, life] of [['access', 900], ['refresh', 604800]] as const) {
      const iat = issuedAt / 1000
      await t.resolves(ours.tokens.verify(purpose, await ours.issue(purpose, { exp: iat + life })))
      await t.rejects(ours.tokens.verify(purpose, await ours.issue(purpose, { exp: iat + life + 1 })), { code: 'token_invalid', reason: 'lives_too_long' })
    }
  })
})

t.test('claims that we never write, signed with our own key', async (t) => {
  const ours = await createIssuer()
  const signed = (purpose: Purpose, payload: string | Buffer | object) => forge(ours.made[purpose].pem, ours.header(purpose), payload)
  const whole = async (purpose: Purpose) => read(await ours.issue(purpose))

  t.test('are accepted when they are what we write after all, so that the rest of this can fail', async (t) => {
    for (const purpose of ['access', 'refresh'] as const) await t.resolves(ours.tokens.verify(purpose, signed(purpose, (await whole(purpose)).payloadText)))
  })

  const iat = ours.clock.milliseconds / 1000
  const uuid = '6F0B1E9E-4E0E-4F57-9C60-3C1C1B6E9D11'
  const wrongClaims: [string, object][] = [
    ['another issuer', { iss: 'https://evil.example' }],
    ['the issuer with a slash', { iss: 'https://auth.example.com/' }],
    ['another audience', { aud: 'https://evil.example' }],
    ['an array for an audience', { aud: ['https://api.example.com'] }],
    ['a subject that is no UUID', { sub: 'admin' }],
    ['an identifier in capitals', { jti: uuid }],
    ['a session that is a number', { sid: 7 }],
    ['a role of another name', { role: 'root' }],
    ['no role', { role: undefined }],
    ['an infinite expiry', { exp: Infinity }],
    ['a fractional expiry', { exp: iat + 0.5 }],
    ['a negative expiry', { exp: -1 }],
    ['a string for an expiry', { exp: String(iat + 60) }],
    ['no expiry', { exp: undefined }],
    ['an expiry past all safe integers', { exp: 2 ** 53 }],
    ['a fractional time of issue', { iat: iat - 0.5, nbf: iat - 0.5 }],
    ['a negative time of issue', { iat: -5, nbf: -5 }],
    ['no time of issue', { iat: undefined, nbf: undefined }],
    ['a beginning other than its issue', { nbf: iat - 1 }],
    ['no beginning', { nbf: undefined }],
    ['one claim more', { scope: 'all' }],
    ['an issue in the future', { iat: iat + 6, nbf: iat + 6, exp: iat + 60 }]
  ]
  for (const [title, changes] of wrongClaims) {
    t.test(`are refused: ${title}`, async (t) => {
      const { claims } = await whole('access')
      await t.rejects(ours.tokens.verify('access', signed('access', { ...claims, ...changes })), { code: 'token_invalid' })
    })
  }

  t.test('are refused: a refresh token with a role', async (t) => {
    const { payloadText } = await whole('refresh')
    await t.rejects(ours.tokens.verify('refresh', signed('refresh', payloadText.replace('"iat"', '"role":"admin","iat"'))), { code: 'token_invalid', reason: 'malformed_claims' })
  })

  const respelt: [string, (text: string) => string | Buffer][] = [
    ['their order reversed', (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))],
    ['with spaces', (text) => text.replaceAll(':"', ': "')],
    ['with a line feed at the end', (text) => `${text}\n`],
    ['with a claim twice, ours last', (text) => text.replace('{', '{"role":"admin",')],
    ['with a claim twice, ours first', (text) => text.replace(/}$/, ',"role":"admin"}')],
    ['with an escaped letter', (text) => text.replace('"iss"', '"\\u0069ss"')],
    ['with an escaped slash', (text) => text.replace('//', '\\/\\/')],
    ['with an exponent', (text) => text.replace(/"exp":(\d+)/, '"exp":$1e0')],
    ['with a fraction of nought', (text) => text.replace(/"exp":(\d+)/, '"exp":$1.0')],
    ['with an infinity', (text) => text.replace(/"exp":(\d+)/, '"exp":1e999')],
    ['with `__proto__`', (text) => text.replace('{', '{"__proto__":{},')],
    ['behind a byte order mark', (text) => `\uFEFF${text}`],
    ['in UTF-16', (text) => Buffer.from(text, 'utf16le')],
    ['with a byte that is not UTF-8', (text) => Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff]), Buffer.from(text.slice(-2))])],
    ['in an array', (text) => `[${text}]`],
    ['as a string', (text) => JSON.stringify(text)],
    ['as null', () => 'null'],
    ['cut short', (text) => text.slice(0, -1)]
  ]
  for (const [title, respell] of respelt) {
    t.test(`are refused: ${title}`, async (t) => {
      for (const purpose of ['access', 'refresh'] as const) {
        const { payloadText } = await whole(purpose)
        const payload = respell(payloadText)
        t.notSame(Buffer.from(payload), Buffer.from(payloadText))
        await t.rejects(ours.tokens.verify(purpose, signed(purpose, payload)), { code: 'token_invalid' })
      }
    })
  }
})
