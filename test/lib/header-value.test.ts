import { validateHeaderValue } from 'node:http'
import t from 'tap'
import { headerValue } from '../../src/lib/header-value.js'

t.test('a header value', async (t) => {
  const rows: [string, string][] = [
    ['ada@example.com', 'ada@example.com'],
    ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    ['ädä@example.com', '%C3%A4d%C3%A4@example.com'],
    ['猫🐈@例え.jp', '%E7%8C%AB%F0%9F%90%88@%E4%BE%8B%E3%81%88.jp'],
    ['a\r\nX-Auth-Role: admin', 'a%0D%0AX-Auth-Role:%20admin'],
    [' a\tb\0\x7f\xa0', '%20a%09b%00%7F%C2%A0'],
    ['\ud800', '%EF%BF%BD'],
    ['', '']
  ]
  for (const [text, value] of rows) {
    t.test(`of ${JSON.stringify(text)} is ${value}`, async (t) => {
      t.equal(headerValue(text), value)
      t.doesNotThrow(() => validateHeaderValue('x-auth-email', headerValue(text)))
    })
  }
})
