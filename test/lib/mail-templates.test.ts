import t from 'tap'
import { composeMail, type MailContents } from '../../src/lib/mail-templates.js'
import { mailKinds } from '../../src/store/outbox.js'

const token = 'a'.repeat(43)
const contents: MailContents = {
  appUrl: 'https://app.example.com',
  name: 'Ada Lovelace',
  at: new Date('2026-11-22T10:05:00.000Z'),
  token,
  ip: '198.51.100.7',
  device: 'Firefox on Windows',
  newEmail: 'ada@new.example'
}
const links = { verify_email: 'verify-email', change_email: 'verify-email', reset_password: 'reset-password' }

t.test('every mail', async (t) => {
  for (const kind of mailKinds) {
    await t.test(kind, async (t) => {
      const { subject, text, html } = composeMail(kind, contents)

      await t.test('has a subject of one line that fits a phone, and names the site', async (t) => {
        t.match(subject, /^[\x20-\x7e]{10,70}$/)
        t.match(subject, 'app.example.com')
      })

      await t.test('says the same in plain text and in HTML', async (t) => {
        const words = (said: string) => said.replace(/\s+/g, ' ').trim()
        const shown = html.slice(html.indexOf('<main>')).replace(/Or open this address: /, '').replace(/<a class="act".*?<\/a>/, '').replace(/<[^>]*>/g, ' ')
        t.equal(words(shown.replaceAll('&#39;', "'")), words(text))
      })

      await t.test('fits a narrow screen, light or dark', async (t) => {
        t.match(html, '<meta name="viewport" content="width=device-width')
        t.match(html, 'max-width')
        t.match(html, 'prefers-color-scheme: dark')
        t.match(html, '<html lang="en">')
      })

      await t.test('loads nothing and tells nobody that it was read', async (t) => {
        t.notMatch(html, /<(img|link|script|iframe|object|form|video|audio)|url\(|@import|\bsrc=|background=|srcset/i)
        const addresses = [...html.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) => address)
        t.same(addresses.filter((address) => !address.startsWith('https://app.example.com/')), [])
      })
    })
  }
})

t.test('the link of a mail', async (t) => {
  for (const kind of mailKinds) {
    const { text, html, link } = composeMail(kind, contents)
    const page = Object.entries(links).find(([name]) => name === kind)?.[1]
    const url = page && `https://app.example.com/${page}?token=${token}`

    await t.test(`${kind} ${url === undefined ? 'has none' : `leads to /${page}`}`, async (t) => {
      t.equal(link, url)
      t.equal(text.includes(token), url !== undefined)
      t.same([...new Set([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href))], url === undefined ? [] : [url])
      if (url !== undefined) t.match(text, new RegExp(`^${url.replace(/[?.]/g, '\\$&')}$`, 'm'), 'on a line of its own')
    })
  }

  await t.test('says how long it is good', async (t) => {
    t.match(composeMail('verify_email', contents).text, /once, within 24 hours/)
    t.match(composeMail('change_email', contents).text, /once, within 24 hours/)
    t.match(composeMail('reset_password', contents).text, /once, within one hour/)
  })
})

t.test('a notice', async (t) => {
  const notices = ['password_changed', 'email_change_requested', 'email_changed', 'reuse_detected'] as const

  await t.test('says when, from where and with what it was done, as far as that is known', async (t) => {
    const { ip: _ip, device: _device, ...unknown } = contents
    for (const kind of notices) {
      t.match(composeMail(kind, contents).text, 'on 22 November 2026 at 10:05 UTC, from 198.51.100.7, with Firefox on Windows', kind)
      t.match(composeMail(kind, unknown).text, /on 22 November 2026 at 10:05 UTC[. ]/, kind)
    }
  })

  await t.test('of an address names the new one', async (t) => {
    t.match(composeMail('email_change_requested', contents).text, 'ada@new.example')
    t.match(composeMail('email_changed', contents).text, 'ada@new.example')
  })

  await t.test('says what to do when it was somebody else', async (t) => {
    for (const kind of notices) t.match(composeMail(kind, contents).text, 'If that was not you', kind)
  })
})

t.test('a greeting', async (t) => {
  const greetingFor = (name: string | null, kind: typeof mailKinds[number] = 'password_changed') => composeMail(kind, { ...contents, name }).text.split('\n')[0]

  await t.test('has the name', async (t) => {
    t.equal(greetingFor('Ada Lovelace'), 'Hello Ada Lovelace,')
    t.equal(greetingFor("Zoë O'Neill-Ångström"), "Hello Zoë O'Neill-Ångström,")
    t.equal(greetingFor('李小龍'), 'Hello 李小龍,')
  })

  await t.test('has none that could pass for a message or a link', async (t) => {
    const names = [null, 'see www.evil.example', 'https://evil.example', 'call 0900 123', 'Ada\r\nBcc: eve@evil.example', '<b>Ada</b>', 'x'.repeat(41)]
    for (const name of names) t.equal(greetingFor(name), 'Hello,', String(name))
  })

  await t.test('has none where the address may be a stranger\'s', async (t) => {
    t.equal(greetingFor('Ada', 'verify_email'), 'Hello,')
    t.equal(greetingFor('Ada', 'change_email'), 'Hello,')
  })
})

t.test('what others wrote is text in a mail, never HTML and never a header', async (t) => {
  const { subject, html } = composeMail('email_changed', { ...contents, newEmail: '"<img/src=x>&"@evil.example', ip: '<script>' })
  t.match(html, '&quot;&lt;img/src=x&gt;&amp;&quot;@evil.example')
  t.match(html, 'from &lt;script&gt;')
  t.notMatch(html, /<img|<script/)
  t.notMatch(subject, 'evil')
  t.notMatch(composeMail('verify_email', { ...contents, appUrl: 'https://app.example.com' }).subject, /[\r\n]/)
})
