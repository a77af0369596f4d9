import t from 'tap'
import { bearerOf, cookieValues } from '../../src/lib/presented.js'

t.test('the token of an Authorization header', async (t) => {
  const rows: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer a.b.c', 'a.b.c'],
    ['BEARER a.b.c', 'a.b.c'],
    ['Token a.b.c', 'a.b.c'],
    ['token a.b.c', 'a.b.c'],
    ['Bearer   a.b.c  ', 'a.b.c'],
    ['Bearer a.b.c d', 'a.b.c d'],
    ['Bearer', ''],
    ['Bearer ', ''],
    ['Token', ''],
    ['Basic YTpi', undefined],
    ['Bearer-ish a.b.c', undefined],
    ['Bearera.b.c', undefined],
    ['a.b.c', undefined],
    ['Digest username="bearer x"', undefined],
    ['', undefined]
  ]
  for (const [header, token] of rows) {
    t.test(`${JSON.stringify(header) ?? 'none'} gives ${JSON.stringify(token) ?? 'nothing'}`, async (t) => t.equal(bearerOf(header), token))
  }
})

t.test('the values of a cookie', async (t) => {
  const rows: [string, string | undefined, string[]][] = [
    ['no header', undefined, []],
    ['an empty header', '', []],
    ['one', 'access_token=a.b.c', ['a.b.c']],
    ['among others', 'theme=dark; access_token=a.b.c; logged_in=true', ['a.b.c']],
    ['without a space', 'theme=dark;access_token=a.b.c', ['a.b.c']],
    ['twice, in their order', 'access_token=one; access_token=two', ['one', 'two']],
    ['empty', 'access_token=', []],
    ['empty and then not', 'access_token=; access_token=a', ['a']],
    ['with an equals sign in it', 'access_token=a=b', ['a=b']],
    ['the name alone', 'access_token', []],
    ['a longer name', 'my_access_token=a; access_tokens=b; xaccess_token=c', []],
    ['another case', 'Access_Token=a', []],
    ['the name in the value of another', 'theme=access_token=a', []],
    ['an equals sign of the next one', 'access_token; theme=dark', []],
    ['many semicolons', ';;; access_token=a ;;;', ['a']],
    ['quotes, which are part of it', 'access_token="a"', ['"a"']],
    ['escapes, which are left as they are', 'access_token=a%2Eb', ['a%2Eb']]
  ]
  for (const [title, header, values] of rows) {
    t.test(title, async (t) => t.same(cookieValues(header, 'access_token'), values))
  }

  t.test('`__proto__` is a name like any other', async (t) => t.same(cookieValues('__proto__=a', '__proto__'), ['a']))

  t.test('a header of 16 KiB that holds nothing but separators is read in its length', async (t) => {
    t.same(cookieValues('='.repeat(8192) + ';'.repeat(8192), 'access_token'), [])
  })
})
