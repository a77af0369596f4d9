import t from 'tap'
import { returnTo } from '../../src/lib/return-to.js'

const ours = 'https://auth.example.com'
const listed = ['https://app.example.com']

t.test('returnTo', async (t) => {
  for (const [asked, led] of [
    ['https://app.example.com/orders?id=7#top', 'https://app.example.com/orders?id=7#top'],
    ['https://app.example.com', 'https://app.example.com/'],
    ['HTTPS://APP.example.com:443/', 'https://app.example.com/'],
    ['/account/devices', 'https://auth.example.com/account/devices'],
    ['https://auth.example.com/admin', 'https://auth.example.com/admin']
  ] as const) {
    t.test(`leads to ${asked}`, async (t) => t.equal(returnTo(asked, ours, listed), led))
  }

  for (const asked of [
    '//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', 'https:/\\evil.example', 'https://evil.example',
    'https://app.example.com.evil.example', 'https://app.example.com@evil.example/', 'https://ada:pw@app.example.com/', 'https://app.example.com:8443/', 'http://app.example.com/',
    'javascript:alert(1)', 'java\nscript:alert(1)', ' javascript:alert(1)', 'data:text/html,hi', 'blob:https://app.example.com/x', 'https://', '\t//evil.example'
  ]) {
    t.test(`does not lead to ${JSON.stringify(asked)}`, async (t) => t.equal(returnTo(asked, ours, listed), undefined))
  }

  t.test('leads nowhere when nothing was asked', async (t) => t.equal(returnTo(undefined, ours, listed), undefined))
})
