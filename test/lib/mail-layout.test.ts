import t from 'tap'
import { composeMail } from '../../src/lib/mail-templates.js'
import { mailKinds } from '../../src/store/outbox.js'
import { browserLeftOut, startBrowser } from '../helpers/browser.js'

const longest = {
  appUrl: 'https://accounts.a-rather-long-company-name.example.com',
  name: 'A'.repeat(40),
  at: new Date('2026-09-22T10:05:00.000Z'),
  token: 'A'.repeat(43),
  ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
  device: 'Firefox on Windows',
  newEmail: `${'a'.repeat(64)}@${'b'.repeat(63)}.example.com`
}

t.test('a mail on a phone', { skip: browserLeftOut }, async (t) => {
  const browser = await startBrowser(t)
  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`is no wider than the screen, ${colorScheme}`, async (t) => {
      const page = await browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme })
      for (const kind of mailKinds) {
        await page.setContent(composeMail(kind, longest).html)
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, kind)
      }
    })
  }
})
