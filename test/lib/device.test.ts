import t from 'tap'
import { deviceOf } from '../../src/lib/device.js'

const mozilla = 'Mozilla/5.0'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const windows = '(Windows NT 10.0; Win64; x64)'

t.test('a device', async (t) => {
  const known: [string | null | undefined, string | undefined][] = [
    [`${mozilla} (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0`, 'Firefox on Windows'],
    [`${mozilla} ${windows} ${webkit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [`${mozilla} ${windows} ${webkit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge on Windows'],
    [`${mozilla} (X11; Linux x86_64) ${webkit} Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0`, 'Opera on Linux'],
    [`${mozilla} (Linux; Android 14; K) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, 'Samsung Internet on Android'],
    [`${mozilla} (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0`, 'Firefox on Android'],
    [`${mozilla} (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on ChromeOS'],
    [`${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`, 'Safari on macOS'],
    [`${mozilla} (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1`, 'Safari on iPhone'],
    [`${mozilla} (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome on iPad'],
    ['okhttp/4.12.0 (Android)', 'an app on Android'],
    ['curl/8.14.1', 'an app'],
    ['call 0900 123, your account is gone', 'an app'],
    ['', undefined],
    [null, undefined],
    [undefined, undefined]
  ]
  for (const [userAgent, device] of known) {
    await t.test(`is ${device ?? 'not known'}: ${userAgent}`, async (t) => t.equal(deviceOf(userAgent), device))
  }

  await t.test('is told in words of ours alone, whatever it says of itself', async (t) => {
    for (const told of ['Firefox/<b>1</b> https://evil.example Windows', `${'Version/'.repeat(60)}Windows`, 'Chrome/\r\nBcc: eve@evil.example']) {
      t.match(deviceOf(told), /^(Firefox on Windows|an app on Windows|Chrome)$/)
    }
  })
})
