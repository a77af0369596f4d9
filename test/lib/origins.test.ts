import t from 'tap'
import { isCrossSite, type Provenance } from '../../src/lib/origins.js'

const ours = new Set(['https://auth.example.com', 'https://app.example.com'])
const plain: Provenance = { method: 'POST', origin: undefined, fetchSite: undefined, fetchMode: undefined, bearsToken: false, changesByGet: false }

t.test('a request is of another site', async (t) => {
  const rows: [string, Partial<Provenance>, boolean][] = [
    ['no browser: neither header', {}, false],
    ['our own origin', { origin: 'https://auth.example.com' }, false],
    ['a client origin, though its site is another', { origin: 'https://app.example.com', fetchSite: 'cross-site' }, false],
    ['a stranger', { origin: 'https://evil.example' }, true],
    ['a stranger that says it is the same origin', { origin: 'https://evil.example', fetchSite: 'same-origin' }, true],
    ['an opaque origin', { origin: 'null' }, true],
    ['an empty origin', { origin: '' }, true],
    ['our origin over http', { origin: 'http://app.example.com' }, true],
    ['our origin on another port', { origin: 'https://app.example.com:8443' }, true],
    ['our origin with a slash', { origin: 'https://app.example.com/' }, true],
    ['our origin in capitals', { origin: 'https://APP.example.com' }, true],
    ['a host that begins as ours', { origin: 'https://app.example.com.evil.example' }, true],
    ['a host below ours', { origin: 'https://x.app.example.com' }, true],
    ['two origins', { origin: 'https://app.example.com, https://evil.example' }, true],
    ['no origin, same origin', { fetchSite: 'same-origin' }, false],
    ['no origin, typed by hand', { fetchSite: 'none' }, false],
    ['no origin, same site', { fetchSite: 'same-site' }, true],
    ['no origin, another site', { fetchSite: 'cross-site' }, true],
    ['no origin, a site nobody knows', { fetchSite: 'something' }, true],
    ['a GET that reads, of a stranger', { method: 'GET', origin: 'https://evil.example', fetchSite: 'cross-site' }, false],
    ['a HEAD of a stranger', { method: 'HEAD', origin: 'https://evil.example' }, false],
    ['a DELETE of a stranger', { method: 'DELETE', origin: 'https://evil.example' }, true],
    ['a method nobody knows, of a stranger', { method: 'PROPFIND', origin: 'https://evil.example' }, true],
    ['a stranger that bears a token', { origin: 'https://evil.example', bearsToken: true }, false],
    ['a GET that changes, of no browser', { method: 'GET', changesByGet: true }, false],
    ['a GET that changes, of our own page', { method: 'GET', changesByGet: true, fetchSite: 'same-origin', fetchMode: 'cors' }, false],
    ['a GET that changes, of a stranger', { method: 'GET', changesByGet: true, fetchSite: 'cross-site', fetchMode: 'no-cors' }, true],
    ['a GET that changes, followed as a link', { method: 'GET', changesByGet: true, fetchSite: 'none', fetchMode: 'navigate' }, true],
    ['a GET that changes, followed as a link of ours', { method: 'GET', changesByGet: true, origin: 'https://app.example.com', fetchMode: 'navigate' }, true],
    ['a form of our own page', { fetchSite: 'same-origin', fetchMode: 'navigate' }, false]
  ]
  for (const [title, changes, crossSite] of rows) {
    t.test(`${crossSite ? 'yes' : 'no'}: ${title}`, async (t) => t.equal(isCrossSite({ ...plain, ...changes }, ours), crossSite))
  }
})
