import t from 'tap'
import { browserLeftOut, startBrowser } from '../helpers/browser.js'
import { eventually } from '../helpers/eventually.js'
import { startServer, workplace } from '../helpers/programs.js'
import { letTokensExpire } from '../helpers/relay.js'
import { bearer, createUser, signIn, uniqueEmail } from '../helpers/users.js'
import { openBeside, openSite, shows, signInOn, visit, visitAs } from '../helpers/web.js'

t.test('a session on the pages', { skip: browserLeftOut }, async (t) => {
  await t.test('goes on when its access token has expired, unseen and with one refresh for all tabs', async (t) => {
    const clock = { ahead: 0 }
    const site = await openSite(t, {}, { now: () => Date.now() + clock.ahead })
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account)
    const other = await openBeside(page, '/account/devices')
    await other.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    const before = site.relay.count('POST /api/auth/refresh')

    await letTokensExpire(site.relay, clock)
    await eventually(() => site.relay.answered.filter((line) => line === 'POST /api/auth/refresh').length > before)
    for (const tab of [page, other]) {
      await tab.reload()
      await tab.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    }
    t.equal(site.relay.count('POST /api/auth/refresh') - before, 1)
  })

  await t.test('that is ended from elsewhere falls back to signing in, with no click, and goes on where it was', async (t) => {
    const site = await openSite(t)
    const account = await createUser(site.app)
    const page = await visitAs(t, site, account, '/account/devices')
    const { accessToken } = await signIn(site.app, account, 'body')
    const ended = await site.app.inject({ method: 'DELETE', url: '/api/sessions', headers: bearer(accessToken) })
    t.equal(ended.statusCode, 204)
    await shows(page, 'Sign in')
    await page.getByText('You were signed out: this session was ended.').waitFor()
    await signInOn(page, account)
    t.equal(new URL(page.url()).pathname, '/account/devices')
  })

  await t.test('bears with a page whose script does not come, and loads it again when told to', async (t) => {
    const site = await openSite(t)
    const page = await visitAs(t, site, await createUser(site.app))
    await page.route('**/assets/devices-*.js', async (route) => await route.abort())
    await page.getByRole('link', { name: 'Devices' }).click()
    await shows(page, 'This page could not be loaded')
    await page.unroute('**/assets/devices-*.js')
    await page.getByRole('button', { name: 'Load it again' }).click()
    await shows(page, 'Your devices')
  })

  await t.test('outlives a server that is killed and started again, and says meanwhile that it cannot be reached', async (t) => {
    const browser = await startBrowser(t)
    const cwd = await workplace(t)
    let server = await startServer(t, cwd, { PUBLIC_URL: 'http://localhost:8000' })
    const { port: PORT } = new URL(server.origin)
    const origin = `http://localhost:${PORT}`
    const start = async () => { server = await startServer(t, cwd, { PORT, PUBLIC_URL: origin }) }
    await server.stop()
    await start()

    const page = await visit(t, { browser, origin }, '/sign-up')
    await page.getByLabel('Name').fill('Ada Lovelace')
    await page.getByLabel('Email').fill(uniqueEmail())
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
    await page.getByRole('button', { name: 'Open the account' }).click()
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()

    const lost = page.getByText(/The server cannot be reached/)
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await server.stop(signal)
      await lost.waitFor()
      t.ok(await page.getByRole('button', { name: 'Sign out', exact: true }).isVisible(), 'nobody is signed out')
      await start()
      await lost.waitFor({ state: 'hidden', timeout: 15_000 })
    }
    await page.reload()
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  })
})
