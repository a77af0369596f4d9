import t from 'tap'
import { browserLeftOut, startPages } from '../helpers/browser.js'
import { eventually } from '../helpers/eventually.js'
import { createUser, uniqueEmail } from '../helpers/users.js'
import { headingOf, openBeside, openSite, shows, signInOn, visit, visitAs } from '../helpers/web.js'

t.test('signing in on a page', { skip: browserLeftOut }, async (t) => {
  const app = await startPages(t)
  const site = await openSite(t, { CLIENT_ORIGINS: app })
  const account = await createUser(site.app)

  await t.test('leads from the front door to the account, with no token that a script could read', async (t) => {
    const page = await visit(t, site, '/')
    await shows(page, 'Sign in')
    await signInOn(page, account)
    await page.waitForURL(`${site.origin}/account`)
    t.equal(await page.evaluate('document.cookie'), 'logged_in=true')
    t.equal(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'), '{}')
  })

  await t.test('is at the address that the server knows as its own, whichever one came by', async (t) => {
    const page = await visit(t, { ...site, origin: site.origin.replace('localhost', '127.0.0.1') }, '/sign-in?return_to=/account/devices')
    await page.waitForURL(`${site.origin}/sign-in?return_to=/account/devices`)
    await signInOn(page, account)
    await page.waitForURL(`${site.origin}/account/devices`)
  })

  await t.test('says the same to a wrong password and to an unknown address, and keeps what was typed', async (t) => {
    const page = await visit(t, site, '/sign-in')
    const said = []
    for (const email of [account.email, uniqueEmail()]) {
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      const alert = page.getByRole('alert')
      await alert.waitFor()
      said.push(await alert.innerText())
      t.equal(await page.getByLabel('Email').inputValue(), email)
      await page.getByLabel('Email').fill('')
    }
    t.same(said, Array(2).fill('That email and password do not belong together. Please check both.'))
  })

  await t.test('says beside the field what is wrong with it, and leads there', async (t) => {
    const page = await visit(t, site, '/sign-in')
    await page.getByLabel('Email').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Enter an email address, such as ada@example.com.').waitFor()
    t.equal(await page.getByLabel('Email').getAttribute('aria-invalid'), 'true')
    t.equal(await page.evaluate('document.activeElement.name'), 'email')
  })

  await t.test('is possible by keyboard alone, and where one reads on is said', async (t) => {
    const page = await visit(t, site, '/sign-in')
    await shows(page, 'Sign in')
    await page.getByLabel('Email').focus()
    await page.keyboard.type(account.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(account.password)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    t.ok(await eventually(async () => await page.evaluate("document.activeElement.matches('h1')")))
  })

  await t.test('shows a password to whoever wants to see it, and hides it again', async (t) => {
    const page = await visit(t, site, '/sign-in')
    const password = page.getByLabel('Password', { exact: true })
    await password.fill('otters')
    await page.getByRole('button', { name: 'Show password' }).click()
    t.equal(await password.getAttribute('type'), 'text')
    await page.getByRole('button', { name: 'Show password' }).click()
    t.equal(await password.getAttribute('type'), 'password')
  })

  await t.test('in the place of a page leads to that page', async (t) => {
    const page = await visit(t, site, '/account/devices')
    await shows(page, 'Sign in')
    await signInOn(page, account)
    t.equal(new URL(page.url()).pathname, '/account/devices')
    t.not(await headingOf(page), 'Sign in')
  })

  await t.test('returns to a listed place, and at once when one is signed in already', async (t) => {
    const page = await visit(t, site, `/sign-in?return_to=${encodeURIComponent(`${app}/orders?id=7`)}`)
    await page.getByLabel('Email').fill(account.email)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${app}/orders?id=7`)
    await page.goto(`${site.origin}/sign-in?return_to=${encodeURIComponent(`${app}/again`)}`)
    await page.waitForURL(`${app}/again`)
  })

  for (const place of ['https://evil.example/', '//evil.example', 'javascript:document.title="evil"']) {
    await t.test(`returns to no place that is not listed: ${place}`, async (t) => {
      const page = await visitAs(t, site, account, `/sign-in?return_to=${encodeURIComponent(place)}`)
      await page.waitForURL(`${site.origin}/account`)
      t.not(await page.title(), 'evil')
    })
  }

  await t.test('holds in every tab, and signing out in one signs out in all', async (t) => {
    const page = await visitAs(t, site, account)
    const other = await openBeside(page, '/account/devices')
    await other.getByRole('button', { name: 'Sign out', exact: true }).click()
    await shows(other, 'Sign in')
    await shows(page, 'Sign in')
  })

  await t.test('sends what was typed once, however often one clicks', async (t) => {
    const page = await visit(t, site, '/sign-in')
    await page.getByLabel('Email').fill(account.email)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    const before = site.relay.count('POST /api/auth/login')
    let release = () => {}
    const reached = site.relay.next('POST /api/auth/login', { before: new Promise<void>((resolve) => { release = resolve }) })
    await page.getByRole('button', { name: 'Sign in' }).click()
    await reached
    for (let times = 0; times < 3; times++) await page.getByRole('button', { name: 'Sign in' }).click({ force: true })
    release()
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    t.equal(site.relay.count('POST /api/auth/login') - before, 1)
  })

  await t.test('says so when there are too many attempts, or the server is in trouble', async (t) => {
    const page = await visit(t, site, '/sign-in')
    for (const [answer, words] of [
      [{ status: 429, headers: { 'retry-after': '30', 'content-type': 'application/json' }, body: '{"status":"fail","code":"too_many_attempts","message":"wait"}' }, 'Too many attempts. Please wait 30 seconds before the next one.'],
      [{ status: 503, headers: { 'retry-after': '1', 'content-type': 'application/json' }, body: '{"status":"error","code":"unavailable","message":"later"}' }, 'The server is in trouble. Please try again in a moment.']
    ] as const) {
      await page.getByLabel('Email').fill(account.email)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      void site.relay.next('POST /api/auth/login', { answer })
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText(words).waitFor()
    }
  })
})
