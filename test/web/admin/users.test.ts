import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { makeAdmin, visitAsAdmin } from '../../helpers/administration.js'
import { leaveAdmins } from '../../helpers/administrators.js'
import { eventually } from '../../helpers/eventually.js'
import { createUser, signIn } from '../../helpers/users.js'
import { barriersOn, openSite, shows, visitAs } from '../../helpers/web.js'

t.test('users, for administrators', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)
  const { app } = site

  await t.test('are found by the beginning of a name while one types, and the address says so', async (t) => {
    const grace = await createUser(app, { name: 'Grace Hopper' })
    await createUser(app, { name: 'Alan Turing' })
    const page = await visitAsAdmin(t, site, '/admin/users')
    await page.getByRole('link', { name: 'Alan Turing' }).waitFor()
    await page.getByLabel('Search').fill('hopp')
    await page.getByRole('link', { name: 'Alan Turing' }).waitFor({ state: 'detached' })
    await page.waitForURL(`${site.origin}/admin/users?q=hopp`)
    await page.getByRole('link', { name: 'Grace Hopper' }).click()
    await shows(page, 'Grace Hopper')
    await page.waitForURL(`${site.origin}/admin/users/${grace.id}`)
    await page.goBack()
    t.equal(await page.getByLabel('Search').inputValue(), 'hopp')
    await page.getByLabel('Search').fill('nobody at all')
    await page.getByText('Nobody is found by that.').waitFor()
    await page.getByRole('link', { name: 'Users' }).click()
    await page.getByRole('link', { name: 'Alan Turing' }).waitFor()
    t.equal(await page.getByLabel('Search').inputValue(), '', 'everybody is shown, and nothing is searched for')
  })

  await t.test('come a page at a time', async (t) => {
    await Promise.all(Array.from({ length: 25 }, async (_, place) => await createUser(app, { name: `Paged ${place}` })))
    const page = await visitAsAdmin(t, site, '/admin/users?q=paged')
    const rows = page.getByRole('link', { name: /^Paged/ })
    await eventually(async () => await rows.count(), (count) => count === 20)
    await page.getByRole('button', { name: 'More' }).click()
    await eventually(async () => await rows.count(), (count) => count === 25)
    t.equal(await page.getByRole('button', { name: 'More' }).count(), 0)
  })

  await t.test('are disabled, which ends their open pages, and let in again', async (t) => {
    const grace = await createUser(app, { name: 'Grace Hopper' })
    const theirs = await visitAs(t, site, grace)
    const page = await visitAsAdmin(t, site, `/admin/users/${grace.id}`)
    await page.getByRole('button', { name: 'Disable' }).click()
    await shows(theirs, 'Sign in')
    await page.getByText('Grace Hopper is signed out and cannot sign in.').waitFor()
    t.equal((await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: grace.email, password: grace.password } })).statusCode, 401)
    await page.getByRole('button', { name: 'Let in again' }).click()
    await page.getByText('Grace Hopper may sign in again.').waitFor()
    await signIn(app, grace)
  })

  await t.test('are made administrators, which their open page knows at once, and plain users again', async (t) => {
    const grace = await createUser(app, { name: 'Grace Hopper' })
    const theirs = await visitAs(t, site, grace)
    const page = await visitAsAdmin(t, site, `/admin/users/${grace.id}`)
    await page.getByRole('button', { name: 'Make an administrator' }).click()
    await theirs.getByRole('link', { name: 'Administration' }).click()
    await shows(theirs, 'Overview')
    await page.getByRole('button', { name: 'Make a plain user' }).click()
    await shows(theirs, 'There is nothing here')
  })

  await t.test('are renamed, and lose all their sessions', async (t) => {
    const grace = await createUser(app, { name: 'Grace Hopper' })
    const theirs = await visitAs(t, site, grace)
    const page = await visitAsAdmin(t, site, `/admin/users/${grace.id}`)
    await page.getByText('Rename').first().click()
    await page.getByLabel('Name').fill('Grace Murray Hopper')
    await page.getByRole('button', { name: 'Rename' }).click()
    await shows(page, 'Grace Murray Hopper')
    await page.getByText('The name is changed.').waitFor()
    const focused = async () => await page.evaluate('document.activeElement.textContent')
    t.ok(await eventually(focused, (text) => text === 'Grace Murray Hopper'), 'one goes on at the new name')
    await page.getByRole('button', { name: 'End all sessions' }).click()
    await shows(theirs, 'Sign in')
    await page.getByText('Signed in nowhere.').waitFor()
    t.equal(await page.evaluate('document.activeElement.id'), 'sessions', 'one goes on where the button was')
  })

  await t.test('are deleted once one has said so, by keyboard alone', async (t) => {
    const grace = await createUser(app, { name: 'Grace Hopper' })
    const page = await visitAsAdmin(t, site, `/admin/users/${grace.id}`)
    await page.getByRole('button', { name: 'Delete …' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Delete the account of Grace Hopper?' })
    await dialog.waitFor()
    t.same(await barriersOn(page), [])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Delete …', 'and leads back to where one was')

    // Asked for again the moment the focus is back, before the browser has told that the dialog is closed.
    await page.evaluate("{ const opener = document.activeElement; opener.addEventListener('focus', () => opener.click(), { once: true }) }")
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })

    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Delete the account' }).focus()
    await page.keyboard.press('Enter')
    await shows(page, 'Users')
    await page.getByText('The account of Grace Hopper is deleted.').waitFor()
    await page.goto(`${site.origin}/admin/users/${grace.id}`)
    await shows(page, 'There is nothing here')
  })

  await t.test('say in words that the last administrator stays one', async (t) => {
    const last = await createUser(app)
    await makeAdmin(site, last)
    const page = await visitAs(t, site, last, `/admin/users/${last.id}`)
    await leaveAdmins(app, last.id)
    await page.getByText('This is you', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Make a plain user …' }).click()
    await page.getByRole('button', { name: 'Make me a plain user' }).click()
    await page.getByText('This is the last administrator. Make somebody else one first.').waitFor()
  })

  await t.test('who are oneself are asked before they lock themselves out', async (t) => {
    const page = await visitAsAdmin(t, site, '/admin')
    await page.goto(`${site.origin}/admin/users/${page.account.id}`)
    await page.getByRole('button', { name: 'Disable …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Disable your own account?' })
    await dialog.waitFor()
    t.same(await barriersOn(page), [])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('This is you', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Disable …' }).click()
    await page.getByRole('button', { name: 'Disable my account' }).click()
    await shows(page, 'Sign in')
  })
})
