const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const strange = [...alphabet, '.', '=', '+', '/', ' ', '~', '%', '"', '\u00e9', '\u0430', '\u2024', '\uff0e', '\u200b', '\0', '\n']
const lookalikes: Record<string, string> = { a: '\u0430', e: '\u0435', o: '\u043e', c: '\u0441', p: '\u0440', x: '\u0445', A: '\u0391', B: '\u0392', '.': '\u2024', '-': '\u2010', _: '\uff3f' }

/** Numbers from 0 to `below` that a seed decides (mulberry32). */
export function randomFrom (seed: number) {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * below)
  }
}

export type Random = ReturnType<typeof randomFrom>

const splice = (text: string, at: number, remove: number, insert = '') => text.slice(0, at) + insert + text.slice(at + remove)
const charAt = (text: string, at: number) => text[at] ?? ''

/** Changes one segment of a token. */
function inSegment (token: string, at: number, change: (segment: string) => string) {
  return token.split('.').map((segment, place) => place === at ? change(segment) : segment).join('.')
}

const recode = (change: (text: string) => string) => (segment: string) => Buffer.from(change(Buffer.from(segment, 'base64url').toString())).toString('base64url')

function reserialise (random: Random) {
  const ways: ((text: string) => string)[] = [
    (text) => JSON.stringify(JSON.parse(text), null, 1),
    (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).sort())),
    (text) => ` ${text}`,
    (text) => `${text} `,
    (text) => text.replace('{', '{"x":1,'),
    (text) => text.replace(/"(\w)/, (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`),
    (text) => text.replace(/\d(?=[,}])/, (digit) => String((Number(digit) + 1) % 10)),
    (text) => `\uFEFF${text}`
  ]
  return ways[random(ways.length)] ?? String
}

/** Another string, made from a token we issued, or from it and another; each is one that somebody might try. */
export function mutate (token: string, other: string, random: Random): string {
  const at = random(token.length)
  const any = strange[random(strange.length)] ?? ''
  const segment = random(3)
  const [mine, theirs] = [token.split('.'), other.split('.')]
  const swapCase = (text: string) => text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase()

  const ways: (() => string)[] = [
    () => splice(token, at, 1, any),
    () => splice(token, at, 0, any),
    () => splice(token, at, 1),
    () => splice(token, at, 1 + random(40)),
    () => splice(token, at, 2, charAt(token, at + 1) + charAt(token, at)),
    () => splice(token, at, 1, swapCase(charAt(token, at))),
    () => splice(token, at, 1, lookalikes[charAt(token, at)] ?? any),
    () => mine.map((own, place) => place === segment ? theirs[place] : own).join('.'),
    () => [mine[segment], mine[(segment + 1) % 3], mine[(segment + 2) % 3]].join('.'),
    () => token + '='.repeat(1 + random(3)),
    () => inSegment(token, segment, (text) => `${text}=`),
    () => inSegment(token, segment, (text) => text.slice(0, -1) + alphabet[random(64)]),
    () => inSegment(token, segment, (text) => Buffer.from(text).toString('base64url')),
    () => inSegment(token, segment, (text) => Buffer.from(text, 'base64url').toString('base64')),
    () => inSegment(token, random(2), recode(reserialise(random))),
    () => token.replaceAll('-', '+').replaceAll('_', '/'),
    () => `${token}.${mine[segment]}`,
    () => token + any,
    () => any + token,
    () => splice(token, at, 0, encodeURIComponent(any)),
    () => token.slice(0, at) + other.slice(at),
    () => token.split('').reverse().join('')
  ]
  return (ways[random(ways.length)] ?? String)()
}
