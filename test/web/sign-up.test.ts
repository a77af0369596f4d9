import t from 'tap'
import { browserLeftOut } from '../helpers/browser.js'
import { mailSentTo } from '../helpers/outbox.js'
import { createUser, uniqueEmail } from '../helpers/users.js'
import { openSite, shows, signInOn, visit, visitAs } from '../helpers/web.js'

t.test('an account on the pages', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)
  const linkTo = async (email: string, about: RegExp) => {
    const mail = await mailSentTo(site.app, email, about)
    return /https?:\/\/\S+token=[\w-]+/.exec(mail?.text ?? '')?.[0] ?? ''
  }

  await t.test('is opened, which signs in', async (t) => {
    const page = await visit(t, site, '/sign-up')
    const email = uniqueEmail()
    await page.getByLabel('Name').fill('Grace Hopper')
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill('seven grey otters at dusk')
    await page.getByText('Strong.').waitFor()
    await page.getByRole('button', { name: 'Open the account' }).click()
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    await page.waitForURL(`${site.origin}/account`)
    t.equal(await page.evaluate("fetch('/api/users/me').then((answer) => answer.json()).then(({ data }) => data.user.email)"), email)
  })

  await t.test('tells what speaks against a password while it is typed, in the words of the server', async (t) => {
    const page = await visit(t, site, '/sign-up')
    await page.getByLabel('Name').fill('Grace Hopper')
    await page.getByLabel('Email').fill('grace@example.com')
    for (const [password, words] of [
      ['short', 'At least 8 characters.'],
      ['password123', 'The password is one of those that are tried first: choose one that is less common.'],
      ['my grace hopper 7', 'The password holds your name or your email address: choose one that does not.'],
      ['seven grey otters at dusk', 'Strong.']
    ] as const) {
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByText(words, { exact: true }).waitFor()
    }
  })

  await t.test('says every fault beside its field', async (t) => {
    const taken = await createUser(site.app)
    const page = await visit(t, site, '/sign-up')
    await page.getByRole('button', { name: 'Open the account' }).click()
    await page.getByText('Enter your name, of up to 100 characters.').waitFor()
    t.equal(await page.locator('[aria-invalid=true]').count(), 3)

    await page.getByLabel('Name').fill('Grace')
    await page.getByLabel('Email').fill(taken.email)
    await page.getByLabel('Password', { exact: true }).fill('seven grey otters at dusk')
    await page.getByRole('button', { name: 'Open the account' }).click()
    await page.getByText(/This address has an account already/).waitFor()
    t.equal(await page.evaluate('document.activeElement.name'), 'email')
  })

  await t.test('is verified by the link of the mail, once one says so', async (t) => {
    const account = await createUser(site.app)
    const link = await linkTo(account.email, /Confirm your email/)
    const page = await visit(t, site, new URL(link).pathname + new URL(link).search)
    await shows(page, 'Confirm your address')
    // The token does not stay in the address.
    await page.waitForURL(`${site.origin}/verify-email`)
    t.match(await site.app.sql`select verified_at from users where id = ${account.id}`, [{ verifiedAt: null }], 'opening the link does nothing')

    await page.reload()
    await page.getByRole('button', { name: 'Confirm my address' }).click()
    await shows(page, 'Thank you')
    await page.getByText(`${account.email} is confirmed.`).waitFor()

    const again = await visit(t, site, new URL(link).pathname + new URL(link).search)
    await again.getByRole('button', { name: 'Confirm my address' }).click()
    await again.getByText(/The link has been used/).waitFor()
  })

  await t.test('whose password is forgotten gets another by mail, and its devices are signed out', async (t) => {
    const account = await createUser(site.app)
    const device = await visitAs(t, site, account)
    const page = await visit(t, site, '/sign-in')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await shows(page, 'Forgot your password?')
    await page.getByLabel('Email').fill(account.email)
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await shows(page, 'Look into your mailbox')

    const link = await linkTo(account.email, /Choose a new password/)
    await page.goto(site.origin + new URL(link).pathname + new URL(link).search)
    await page.getByLabel('New password', { exact: true }).fill('password123')
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.locator('[aria-invalid=true]').waitFor()
    await page.getByLabel('New password', { exact: true }).fill('eight calm herons at dawn')
    await page.getByRole('button', { name: 'Change my password' }).click()
    await shows(page, 'Your password is changed')
    await shows(device, 'Sign in')
    await device.getByText('You were signed out: this session was ended.').waitFor()

    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await signInOn(page, { email: account.email, password: 'eight calm herons at dawn' })
  })

  for (const path of ['/verify-email', '/reset-password', '/reset-password?token=']) {
    await t.test(`${path} says so when the link is not whole`, async (t) => shows(await visit(t, site, path), 'This link is not whole'))
  }
})
