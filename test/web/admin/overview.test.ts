import t from 'tap'
import { browserLeftOut } from '../../helpers/browser.js'
import { visitAsAdmin } from '../../helpers/administration.js'
import { createUser, signIn } from '../../helpers/users.js'
import { openSite, shows, visitAs } from '../../helpers/web.js'

t.test('the overview for administrators', { skip: browserLeftOut }, async (t) => {
  const site = await openSite(t)
  const { app } = site

  await t.test('is not there for others, and no link leads to it', async (t) => {
    const page = await visitAs(t, site, await createUser(app), '/admin')
    await shows(page, 'There is nothing here')
    t.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0)
  })

  await t.test('counts what was done, in tiles, in the plot and in its table, and goes on counting', async (t) => {
    const grace = await createUser(app)
    await signIn(app, grace)
    await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: grace.email, password: 'not the password' } })
    const page = await visitAsAdmin(t, site, '/admin')
    await shows(page, 'Overview')
    const tile = (name: string) => page.locator('.tile', { hasText: name }).locator('dd')
    const [signIns] = await app.sql<{ count: string }[]>`select count(*) from events where type = 'login.succeeded'`
    await tile('Sign-ins').getByText(String(signIns?.count), { exact: true }).waitFor()
    await tile('Failed or refused').getByText('1', { exact: true }).waitFor()
    t.equal(await tile('Users').innerText(), '3')

    await page.getByText('In numbers').click()
    const rows = await page.getByRole('region', { name: /in numbers/ }).getByRole('row').allInnerTexts()
    const numbers = rows.map((row) => row.trim().split(/\s+/).slice(-3).map(Number)).filter((row) => !row.some(Number.isNaN))
    t.same([0, 1, 2].map((column) => numbers.reduce((sum, row) => sum + (row[column] ?? 0), 0)), [Number(signIns?.count), 1, 0])

    await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: grace.email, password: 'not the password' } })
    await tile('Failed or refused').getByText('2', { exact: true }).waitFor()
    await page.locator('.lengths li', { hasText: 'invalid credentials' }).getByText('2', { exact: true }).waitFor()
  })

  await t.test('looks back as far as one wishes, and the address says so', async (t) => {
    const page = await visitAsAdmin(t, site, '/admin')
    await page.getByLabel('Period').selectOption('7d')
    await page.getByRole('heading', { name: 'Sign-ins in the last 7 days' }).waitFor()
    await page.waitForURL(`${site.origin}/admin?period=7d`)
    await page.reload()
    await page.getByRole('heading', { name: 'Sign-ins in the last 7 days' }).waitFor()
    await page.goto(`${site.origin}/admin?period=toString`)
    await page.getByRole('heading', { name: 'Sign-ins in the last 24 hours' }).waitFor()
  })

  await t.test('says so when the server is in trouble, and goes on by itself', async (t) => {
    const page = await visitAsAdmin(t, site, '/admin')
    await page.getByText('In numbers').waitFor()
    const answer = { status: 503, headers: { 'retry-after': '1', 'content-type': 'application/json' }, body: '{"status":"error","code":"unavailable","message":"later"}' }
    void site.relay.next('GET /api/overview?period=24h', { answer })
    await page.getByText('The server is in trouble. Please try again in a moment.').waitFor()
    t.ok(await page.getByText('In numbers').isVisible(), 'what was found stays')
    await page.getByText('The server is in trouble. Please try again in a moment.').waitFor({ state: 'detached' })
  })
})
