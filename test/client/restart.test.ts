import t from 'tap'
import { browserLeftOut, heardIn, nameIn, openTab, startBrowser, startPages } from '../helpers/browser.js'
import { eventually } from '../helpers/eventually.js'
import { startServer, workplace } from '../helpers/programs.js'
import { uniqueEmail } from '../helpers/users.js'

t.test('tabs stay signed in while the server is stopped, killed and started again', { skip: browserLeftOut }, async (t) => {
  const browser = await startBrowser(t)
  const page = await startPages(t)
  const cwd = await workplace(t)
  const settings = { CLIENT_ORIGINS: page, PUBLIC_URL: 'http://localhost:8000', ACCESS_TOKEN_TTL: '1s', CLOCK_TOLERANCE: '0s' }
  let server = await startServer(t, cwd, settings)
  const PORT = new URL(server.origin).port
  const context = await browser.newContext()
  const url = `http://localhost:${PORT}`
  const [one, other] = [await openTab(context, page, url), await openTab(context, page, url)] as const
  const account = { name: 'Ada', email: uniqueEmail(), password: 'correct horse battery staple' }
  await one.evaluate(async (account) => {
    await globalThis.auth.register(account)
    await globalThis.auth.login(account)
  }, account)

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    t.equal(await nameIn(other), 'Ada')
    await server.stop(signal)
    for (const tab of [one, other]) {
      t.match(await tab.evaluate(async () => await globalThis.failureOf(async () => await globalThis.auth.me())), { name: 'GatehouseError', status: 0, code: 'network' }, signal)
      t.equal(await tab.evaluate(() => globalThis.auth.signedIn), true)
    }
    server = await startServer(t, cwd, { ...settings, PORT })
    for (const tab of [one, other]) t.equal(await eventually(async () => await nameIn(tab).catch(() => undefined), Boolean, { within: 5000, every: 50 }), 'Ada')
  }
  t.same(await heardIn(one), ['signedIn here'])
  t.same(await heardIn(other), ['signedIn elsewhere'])
})
