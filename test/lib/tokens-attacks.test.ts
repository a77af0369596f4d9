import { constants, createHmac, createPublicKey, sign } from 'node:crypto'
import t, { type Test } from 'tap'
import { createKeyPem } from '../../src/lib/keys.js'
import { createIssuer, forge, read } from '../helpers/issuer.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const encoded = (value: object | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

t.test('a token that somebody else made', async (t) => {
  const ours = await createIssuer()
  const { pem } = ours.made.access
  const header = ours.header('access')
  const token = await ours.issue('access')
  const { payload, payloadText, headerText, signature } = read(token)
  const publicPem = createPublicKey(pem).export({ type: 'spki', format: 'pem' })
  const thief = createKeyPem(2048)

  const refused = (reason: string, forged: string) => async (t: Test) => {
    t.not(forged, token)
    await t.rejects(ours.tokens.verify('access', forged), { code: 'token_invalid', reason })
  }

  t.test('the one all these are made from is accepted', async (t) => {
    await t.resolves(ours.tokens.verify('access', token))
    t.equal(forge(pem, header, payloadText), token)
  })

  const headers: [string, string | object][] = [
    ['alg none', { ...header, alg: 'none' }],
    ['alg None', { ...header, alg: 'None' }],
    ['alg RS384', { ...header, alg: 'RS384' }],
    ['alg rs256', { ...header, alg: 'rs256' }],
    ['no alg', { typ: header.typ, kid: header.kid }],
    ['typ JWT', { ...header, typ: 'JWT' }],
    ['typ of a refresh token', { ...header, typ: 'rt+jwt' }],
    ['typ in capitals', { ...header, typ: 'AT+JWT' }],
    ['typ in full', { ...header, typ: 'application/at+jwt' }],
    ['no typ', { alg: header.alg, kid: header.kid }],
    ['kid of the other purpose', { ...header, kid: ours.made.refresh.key.kid }],
    ['kid __proto__', { ...header, kid: '__proto__' }],
    ['kid constructor', { ...header, kid: 'constructor' }],
    ['kid of a path', { ...header, kid: '../../../dev/null' }],
    ['kid of a query', { ...header, kid: "' union select 'secret" }],
    ['an empty kid', { ...header, kid: '' }],
    ['a kid that is an array', { ...header, kid: [header.kid] }],
    ['no kid', { alg: header.alg, typ: header.typ }],
    ['jku', { ...header, jku: 'https://evil.example/jwks.json' }],
    ['x5u', { ...header, x5u: 'https://evil.example/cert.pem' }],
    ['x5c', { ...header, x5c: ['MIIB'] }],
    ['jwk', { ...header, jwk: createPublicKey(thief).export({ format: 'jwk' }) }],
    ['crit', { ...header, crit: ['exp'], exp: 0 }],
    ['b64', { ...header, b64: false, crit: ['b64'] }],
    ['b64 that changes nothing', { ...header, b64: true }],
    ['zip', { ...header, zip: 'DEF' }],
    ['cty', { ...header, cty: 'JWT' }],
    ['members in another order', { typ: header.typ, alg: header.alg, kid: header.kid }],
    ['a space', headerText.replace(',', ', ')],
    ['a member twice', headerText.replace('{', '{"alg":"none",')],
    ['an escaped letter', headerText.replace('RS256', 'R\\u0053256')],
    ['a byte order mark', `\uFEFF${headerText}`],
    ['no JSON', 'RS256']
  ]
  for (const [title, forgedHeader] of headers) {
    t.test(`is refused for its header, though our key signed it: ${title}`, refused('unknown_header', forge(pem, forgedHeader, payloadText)))
  }

  t.test('is refused with alg none and no signature', async (t) => {
    const unsigned = `${encoded({ ...header, alg: 'none' })}.${payload}.`
    await t.rejects(ours.tokens.verify('access', unsigned), { code: 'token_invalid', reason: 'malformed' })
    await t.rejects(ours.tokens.verify('access', `${unsigned}${signature}`), { code: 'token_invalid', reason: 'unknown_header' })
  })

  t.test('is refused with HS256 and our public key for a secret', async (t) => {
    for (const secret of [publicPem, JSON.stringify(ours.made.access.key.jwk)]) {
      const signed = `${encoded({ ...header, alg: 'HS256' })}.${payload}`
      await t.rejects(ours.tokens.verify('access', `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`), { code: 'token_invalid', reason: 'unknown_header' })
      const pretending = `${encoded(header)}.${payload}`
      await t.rejects(ours.tokens.verify('access', `${pretending}.${createHmac('sha256', secret).update(pretending).digest('base64url')}`), { code: 'token_invalid', reason: 'bad_signature' })
    }
  })

  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  t.test('is refused with PS256, though our key signed it', refused('unknown_header', forge(pem, { ...header, alg: 'PS256' }, payloadText, pss)))
  t.test('is refused with a PS256 signature called RS256', refused('bad_signature', forge(pem, header, payloadText, pss)))
  t.test('is refused when another key signed it', refused('bad_signature', forge(thief, header, payloadText)))
  t.test('is refused when the key for refresh tokens signed it', refused('bad_signature', forge(ours.made.refresh.pem, header, payloadText)))
  t.test('is refused with other claims under a good signature', refused('bad_signature', `${encoded(header)}.${encoded(payloadText.replace('"user"', '"admin"'))}.${signature}`))

  t.test('is refused for the other purpose, as it is and under the other header', async (t) => {
    for (const [from, to] of [['access', 'refresh'], ['refresh', 'access']] as const) {
      const whole = await ours.issue(from)
      await t.rejects(ours.tokens.verify(to, whole), { code: 'token_invalid', reason: 'unknown_header' })
      const body = read(whole).payloadText
      await t.rejects(ours.tokens.verify(to, forge(ours.made[from].pem, ours.header(to), body)), { code: 'token_invalid', reason: 'bad_signature' })
      await t.rejects(ours.tokens.verify(to, forge(ours.made[to].pem, ours.header(to), body)), { code: 'token_invalid' })
    }
  })
})

t.test('another spelling of a token that we issued', async (t) => {
  const ours = await createIssuer()
  const token = await ours.issue('access')
  const { header, payload, signature } = read(token)
  // 256 bytes leave four bits of the last character unused.
  const next = (segment: string) => segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1) ?? '') + 1]

  const spellings: [string, string][] = [
    ['nothing', ''],
    ['dots alone', '..'],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${token}.${signature}`],
    ['five segments, as of an encrypted one', `${token}.x.y`],
    ['padding', `${token}==`],
    ['padding within', `${header}=.${payload}.${signature}`],
    ['the other base64 alphabet', token.replaceAll('-', '+').replaceAll('_', '/')],
    ['a space before', ` ${token}`],
    ['a space behind', `${token} `],
    ['a line feed behind', `${token}\n`],
    ['a line feed within', `${header}.${payload}.\n${signature}`],
    ['a NUL behind', `${token}\0`],
    ['a scheme before', `Bearer ${token}`],
    ['another dot', token.replace('.', '\u2024')],
    ['a letter of another script', token.replace('e', '\u0435')],
    ['bits of the signature that mean nothing', `${header}.${payload}.${next(signature)}`],
    ['a signature with a byte before', `${header}.${payload}.${Buffer.concat([Buffer.alloc(1), Buffer.from(signature, 'base64url')]).toString('base64url')}`],
    ['a signature with a byte behind', `${header}.${payload}.${Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`],
    ['a signature cut short', token.slice(0, -4)],
    ['4097 characters', token.padEnd(4097, 'A')],
    ['a million characters', token.padEnd(1_000_000, 'A')],
    ['a payload of a length that base64 cannot have', `${header}.${payload.slice(0, payload.length - payload.length % 4 + 1)}.${signature}`],
    ['a signature of a length that base64 cannot have', `${header}.${payload}.${signature.slice(0, 341)}`],
    ['a payload encoded twice', `${header}.${encoded(payload)}.${signature}`]
  ]
  for (const [title, spelling] of spellings) {
    t.test(`is refused: ${title}`, async (t) => {
      t.not(spelling, token)
      await t.rejects(ours.tokens.verify('access', spelling), { code: 'token_invalid' })
    })
  }

  t.test('is refused when a payload of ours has bits that mean nothing, though our key signed it', async (t) => {
    const claims = JSON.stringify({ pad: 'x' })
    t.not(encoded(claims).length % 4, 0)
    const slack = next(encoded(claims))
    t.equal(Buffer.from(slack, 'base64url').toString(), claims)
    const signed = `${header}.${slack}`
    const forged = `${signed}.${sign('sha256', Buffer.from(signed), ours.made.access.pem).toString('base64url')}`
    await t.rejects(ours.tokens.verify('access', forged), { code: 'token_invalid', reason: 'not_canonical' })
  })

  t.test('is judged by its length first: 4096 characters are read, 4097 are not', async (t) => {
    const long = (length: number) => forge(ours.made.access.pem, ours.header('access'), 'x'.repeat(2600)).slice(0, length).padEnd(length, 'A')
    await t.rejects(ours.tokens.verify('access', long(4096)), { code: 'token_invalid', reason: /bad_signature|not_canonical/ })
    await t.rejects(ours.tokens.verify('access', long(4097)), { code: 'token_invalid', reason: 'malformed' })
  })

  t.test('gives the caller one and the same answer, whatever the reason', async (t) => {
    const answers = await Promise.all(spellings.map(([, spelling]) => ours.tokens.verify('access', spelling).catch(({ code, message, statusCode }) => ({ code, message, statusCode }))))
    for (const answer of answers) t.same(answer, answers[0])
  })
})
