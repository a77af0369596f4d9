import t from 'tap'
import { isPhoto } from '../../src/lib/photo.js'

t.test('a photo is', async (t) => {
  for (const text of [
    'default.png', 'A', '_', '-', '0', '.hidden', 'ada.v2_final-3.jpeg', '...', 'a..b',
    'https://a', 'https://example.com', 'https://example.com/', 'https://example.com/ada.jpg?size=2&v=%20#face', 'HTTPS://Example.com/A',
    'https://[2001:db8::1]:8443/a.png', 'https://example.com:8443/a', 'https://xn--bcher-kva.example/a', `https://example.com/${'a'.repeat(2028)}`
  ]) t.test(`${text.slice(0, 60)}`, async (t) => t.ok(isPhoto(text)))
})

t.test('a photo is not', async (t) => {
  for (const text of [
    '', '.', '..', ' ', 'a b.png', 'a/b.png', '/a.png', '../a.png', 'a\\b.png', 'ada.png\n', '\u00e4.png', 'a:b', 'a%2fb',
    'http://example.com/a.png', 'ftp://example.com/a.png', '//example.com/a.png', 'data:image/png;base64,AAAA', 'javascript:alert(1)',
    'https:', 'https://', 'https:///a.png', 'https:example.com', 'https:\\\\example.com', 'https://exa mple.com', 'https://example.com/a b', ' https://example.com',
    'https://example.com/"onload=', 'https://example.com/<b>', 'https://example.com/`', 'https://example.com/\u00e4', 'https://example.com/\n', 'https://example.com:99999/', 'https://[::1/a'
  ]) t.test(JSON.stringify(text), async (t) => t.notOk(isPhoto(text)))
})
