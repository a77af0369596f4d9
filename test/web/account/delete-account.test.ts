import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { createUser, signIn } from '../../helpers/users.js'
import { barriersOn, openSite, shows, visitAs } from '../../helpers/web.js'

t.test('deleting an account', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)

  await t.test('asks first, and says plainly what is lost', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    const button = page.getByRole('button', { name: 'Delete my account …' })
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
    for (const leave of [async () => await page.keyboard.press('Escape'), async () => await dialog.getByRole('button', { name: 'Keep my account' }).click()]) {
      await button.click()
      await dialog.getByText(/every device is signed out.*This cannot be undone\./).waitFor()
      t.equal(await page.evaluate('document.activeElement.name'), 'password')
      t.same(await barriersOn(page), [])
      await leave()
      await dialog.waitFor({ state: 'detached' })
      t.equal(await page.evaluate('document.activeElement.textContent'), 'Delete my account …', 'one is back where one was')
    }
    await signIn(site.app, account)
  })

  await t.test('wants the password, signs out everywhere, and says that it is done', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    const other = await visitAs(t, site, account)
    await page.getByRole('button', { name: 'Delete my account …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password', { exact: true }).fill('not her password')
    await dialog.getByRole('button', { name: 'Delete my account' }).click()
    await dialog.getByText('That is not your current password.').waitFor()

    await dialog.getByLabel('Password', { exact: true }).fill(account.password)
    await page.keyboard.press('Enter')
    await shows(page, 'Sign in')
    await page.getByText('Your account is deleted.').waitFor()
    t.equal(await page.getByText('You were signed out').count(), 0)
    await shows(other, 'Sign in')
    await t.rejects(signIn(site.app, account), /invalid_credentials/)
  })

  await t.test('leaves the last administrator, and says why', async (t) => {
    const account = await createUser(site.app)
    await site.app.sql`update users set role = 'admin', version = version + 1 where id = ${account.id}`
    const page = await visitAs(t, site, account)
    await page.getByRole('button', { name: 'Delete my account …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password', { exact: true }).fill(account.password)
    await dialog.getByRole('button', { name: 'Delete my account' }).click()
    await dialog.getByText('This is the last administrator. Make somebody else one first.').waitFor()
    await page.reload()
    await shows(page, 'Your profile')
  })
})
