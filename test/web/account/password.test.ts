import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { createUser, signIn } from '../../helpers/users.js'
import { openSite, shows, signInOn, visitAs } from '../../helpers/web.js'

const another = 'seven grey otters at dusk'

t.test('changing the password', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)

  for (const [words, what, current, wanted, field] of [
    ['That is not your current password.', 'a wrong current one', 'not her password', another, 'currentPassword'],
    ['Enter your current password.', 'none at all', '', another, 'currentPassword'],
    ['Use 8 to 256 characters.', 'a new one that is too short', undefined, 'short', 'newPassword'],
    [/one of those that are tried first/, 'a new one that everybody tries', undefined, 'password123', 'newPassword'],
    [/holds your name/, 'a new one that holds the name', undefined, 'ada lovelace 1815', 'newPassword']
  ] as const) {
    await t.test(`says beside the field what is wrong with ${what}`, async (t) => {
      const account = await createUser(site.app)
      const page = await visitAs(t, site, account, '/account/password')
      await page.getByLabel('Current password', { exact: true }).fill(current ?? account.password)
      await page.getByLabel('New password', { exact: true }).fill(wanted)
      await page.getByRole('button', { name: 'Change my password' }).click()
      await page.locator('.says.wrong').getByText(words).waitFor()
      t.same(await page.locator('[aria-invalid=true]').evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name'))), [field])
      t.equal(await page.evaluate('document.activeElement.name'), field)
      await signIn(site.app, account)
    })
  }

  await t.test('keeps this tab signed in, and ends the other browser, where the new one opens again', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/password')
    const other = await visitAs(t, site, account, '/account/devices')
    await page.getByText('A new password signs out all your other devices. This one stays signed in.').waitFor()
    await page.getByLabel('Current password', { exact: true }).fill(account.password)
    await page.getByLabel('New password', { exact: true }).fill(another)
    await page.getByText('Strong.').waitFor()
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.getByRole('status').getByText('Your password is changed, and all other devices are signed out.').waitFor()
    for (const label of ['Current password', 'New password']) t.equal(await page.getByLabel(label, { exact: true }).inputValue(), '')

    await shows(other, 'Sign in')
    await other.getByText('You were signed out: this session was ended.').waitFor()
    await signInOn(other, { ...account, password: another })
    await page.reload()
    await shows(page, 'Your password')
    await t.rejects(signIn(site.app, account), /invalid_credentials/)
  })

  await t.test('says that the server is in trouble, keeps what was typed, and nobody is signed out', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/password')
    await page.getByLabel('Current password', { exact: true }).fill(account.password)
    await page.getByLabel('New password', { exact: true }).fill(another)
    void site.relay.next('PUT /api/users/me/password', { answer: { status: 503, headers: { 'retry-after': '1', 'content-type': 'application/json' }, body: '{"status":"error","code":"busy","message":"later"}' } })
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.getByRole('alert').getByText('The server is busy. Please try again in a moment.').waitFor()
    await page.getByRole('button', { name: 'Change my password' }).click()
    await page.getByText('Your password is changed, and all other devices are signed out.').waitFor()
  })
})
