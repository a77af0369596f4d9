import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { visitAsAdmin } from '../../helpers/administration.js'
import { eventually } from '../../helpers/eventually.js'
import { createUser, signIn } from '../../helpers/users.js'
import { openSite, shows } from '../../helpers/web.js'

t.test('events, for administrators', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)
  const { app } = site
  const fail = async (email: string) => await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password: 'not the password' }, headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0' } })

  await t.test('come up by themselves while one follows, and stop when one does not', async (t) => {
    const grace = await createUser(app)
    const page = await visitAsAdmin(t, site, '/admin/events?type=login.failed')
    await shows(page, 'Events')
    const failures = page.getByRole('row', { name: /Sign-in failed/ })
    await page.getByText('Nothing has happened.').waitFor()
    await page.getByRole('button', { name: 'Follow' }).click()
    await fail(grace.email)
    await failures.first().waitFor()
    t.match(await failures.first().innerText(), /wrong password[^]*Firefox on Windows/)
    await page.getByText('Following. Events shown: 1.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Stop following' }).click()
    const asked = site.relay.count('GET /api/events?type=login.failed')
    await fail(grace.email)
    await page.reload()
    await eventually(async () => await failures.count(), (count) => count >= 1)
    t.ok(site.relay.count('GET /api/events?type=login.failed') <= asked + 2, 'but for one on its way, only the page that was opened anew asked')
  })

  await t.test('are shown of one kind or of one person, and the address says so', async (t) => {
    const grace = await createUser(app)
    await signIn(app, grace)
    const page = await visitAsAdmin(t, site, `/admin/users/${grace.id}`)
    await page.getByRole('link', { name: 'All of them' }).click()
    await shows(page, 'Events')
    await page.getByRole('row', { name: /Signed in/ }).waitFor()
    t.equal(await page.getByRole('link', { name: `User ${grace.id}` }).count(), await page.getByRole('link', { name: /^User / }).count(), 'nobody else\'s')
    await page.getByLabel('What').selectOption('Account opened')
    await page.getByRole('row', { name: /Signed in/ }).waitFor({ state: 'detached' })
    await page.waitForURL(`${site.origin}/admin/events?user=${grace.id}&type=user.registered`)
    await page.getByRole('button', { name: /show everybody/ }).click()
    await eventually(async () => await page.getByRole('row', { name: /Account opened/ }).count(), (count) => count >= 3)
  })

  await t.test('come a page at a time', async (t) => {
    const page = await visitAsAdmin(t, site, '/admin/events')
    await Promise.all(Array.from({ length: 25 }, async () => await createUser(app)))
    await page.reload()
    const rows = page.locator('tbody tr')
    await eventually(async () => await rows.count(), (count) => count === 20)
    await page.getByRole('button', { name: 'More' }).click()
    await eventually(async () => await rows.count(), (count) => count === 40)
  })
})
