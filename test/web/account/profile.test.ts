import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { eventually } from '../../helpers/eventually.js'
import { letTokensExpire } from '../../helpers/relay.js'
import { createUser } from '../../helpers/users.js'
import { openBeside, openSite, shows, visitAs } from '../../helpers/web.js'

const picture = { contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>' }

t.test('a profile', { skip: browserLeftOut }, async (t) => {
  const clock = { ahead: 0 }
  const site = await openSite(t, {}, { now: () => Date.now() + clock.ahead })
  const photoOf = async (id: string) => (await site.app.sql<{ photo: string }[]>`select photo from users where id = ${id}`)[0]?.photo

  await t.test('is one of three pages of an account, each a link away', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    const tabs = page.getByRole('navigation', { name: 'Your account' })
    for (const [tab, title] of [['Password', 'Your password'], ['Devices', 'Your devices'], ['Profile', 'Your profile']] as const) {
      await tabs.getByRole('link', { name: tab }).click()
      await shows(page, title)
      t.same(await tabs.locator('[aria-current=page]').allInnerTexts(), [tab])
      t.ok(await eventually(async () => await page.evaluate("document.activeElement.matches('h1')")), 'one reads on at its title')
    }
  })

  await t.test('gets another name, in every tab', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    const other = await openBeside(page, '/account')
    await page.getByLabel('Name').fill('Ada King')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved.').waitFor()
    for (const tab of [page, other]) await tab.getByRole('heading', { name: 'Ada King' }).waitFor()
  })

  await t.test('is saved with an access token that has expired, and nobody notices', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    const expired = letTokensExpire(site.relay, clock)
    await page.getByLabel('Name').fill('Ada Byron')
    await page.getByRole('button', { name: 'Save' }).click()
    await expired
    await page.getByText('Your profile is saved.').waitFor()
    await page.getByRole('heading', { name: 'Ada Byron' }).waitFor()
  })

  await t.test('says beside each field what is wrong with it, and keeps what was typed', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    await page.getByLabel('Name').fill(' ')
    await page.getByLabel('Photo').fill('http://example.com/ada.jpg')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Enter your name, of up to 100 characters.').waitFor()
    await page.getByText('Enter an address that begins with https://.').waitFor()
    t.equal(await page.getByLabel('Photo').inputValue(), 'http://example.com/ada.jpg')
  })

  await t.test('shows a photo from elsewhere without saying where it is shown, and initials once it is gone', async (t) => {
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    await page.locator('.who').getByText('AL', { exact: true }).waitFor()
    const referrers: Array<string | undefined> = []
    await page.route('https://pictures.example/ada.svg', async (route) => {
      referrers.push((await route.request().allHeaders()).referer)
      await route.fulfill(picture)
    })
    await page.getByLabel('Photo').fill('https://pictures.example/ada.svg')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('img.avatar').waitFor()
    t.ok(await eventually(async () => await page.evaluate("document.querySelector('img.avatar').naturalWidth > 0")), 'it is there')
    t.same([...new Set(referrers)], [undefined])

    await page.getByLabel('Photo').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('.who').getByText('AL', { exact: true }).waitFor()
    t.equal(await photoOf(account.id), 'default.png')
  })

  await t.test('shows initials for a photo that cannot be loaded', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    await page.route('https://pictures.example/lost.svg', async (route) => await route.fulfill({ status: 404 }))
    await page.getByLabel('Photo').fill('https://pictures.example/lost.svg')
    const asked = page.waitForRequest('https://pictures.example/lost.svg')
    await page.getByRole('button', { name: 'Save' }).click()
    await asked
    await page.locator('.who').getByText('AL', { exact: true }).waitFor()
  })

  await t.test('leaves alone what was not changed here', async (t) => {
    const account = await createUser(site.app)
    await site.app.sql`update users set photo = 'ada.jpg' where id = ${account.id}`
    const page = await visitAs(t, site, account)
    const asked = site.relay.count('PATCH /api/users/me')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Nothing has changed.').waitFor()
    t.equal(site.relay.count('PATCH /api/users/me'), asked)
    await page.getByLabel('Name').fill('Ada King')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved.').waitFor()
    t.equal(await photoOf(account.id), 'ada.jpg')
  })

  await t.test('says in words that the server is in trouble or away, and nobody is signed out', async (t) => {
    const page = await visitAs(t, site, await createUser(site.app))
    await page.getByLabel('Name').fill('Ada King')
    for (const [status, words] of [[503, 'The server is in trouble. Please try again in a moment.'], [0, 'The server cannot be reached. Please check your connection and try again.']] as const) {
      await page.route('**/api/users/me', async (route) => {
        if (route.request().method() !== 'PATCH') await route.continue()
        else if (status === 0) await route.abort()
        else await route.fulfill({ status, json: { status: 'error', code: 'unavailable', message: 'later' } })
      })
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('alert').getByText(words).waitFor()
      t.equal(await page.getByLabel('Name').inputValue(), 'Ada King')
      await page.unroute('**/api/users/me')
    }
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved.').waitFor()
  })
})
