import t from 'tap'
import { domainCovers, isPublicSuffix, siteOf } from '../../src/lib/site.js'

t.test('the site of an origin', async (t) => {
  for (const [one, other, same] of [
    ['https://app.example.com', 'https://auth.example.com', true],
    ['https://example.com', 'https://a.b.example.com:8443', true],
    ['http://app.example.com', 'https://auth.example.com', false],
    ['https://example.com', 'https://example.org', false],
    ['https://ada.co.uk', 'https://grace.co.uk', false],
    ['https://ada.github.io', 'https://grace.github.io', false],
    ['http://localhost:3000', 'http://localhost:8000', true],
    ['http://localhost:3000', 'http://127.0.0.1:8000', false]
  ] as const) t.equal(siteOf(one) === siteOf(other), same, `${one} and ${other}`)
})

t.test('a domain of cookies', async (t) => {
  for (const [domain, host, covers] of [
    ['example.com', 'example.com', true], ['example.com', 'auth.example.com', true],
    ['example.com', 'badexample.com', false], ['app.example.com', 'auth.example.com', false], ['0.0.1', '127.0.0.1', false]
  ] as const) t.equal(domainCovers(domain, host), covers, `${domain} and ${host}`)
  t.same(['com', 'co.uk', 'github.io', 'example.com'].map(isPublicSuffix), [true, true, true, false])
})
