import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { browserLeftOut, heardIn, nameIn, openTab, startBrowser, startPages } from '../helpers/browser.js'
import { eventually } from '../helpers/eventually.js'
import { workplace } from '../helpers/programs.js'
import { startRelay } from '../helpers/relay.js'
import { createUser } from '../helpers/users.js'

const refresh = 'POST /api/auth/refresh'
const me = 'GET /api/users/me'

const login = async (tab: Page, account: { email: string, password: string }) => await tab.evaluate(async (account) => await globalThis.auth.login(account), account)
const logout = async (tab: Page) => await tab.evaluate(async () => await globalThis.auth.logout())
const failureOfMe = async (tab: Page) => await tab.evaluate(async () => await globalThis.failureOf(async () => await globalThis.auth.me()))
// A browser throws an access token away when it has expired.
const letTokenExpire = async (context: BrowserContext) => await context.clearCookies({ name: 'access_token' })
const hears = async (tab: Page, ...words: string[]) => await eventually(async () => await heardIn(tab), (heard) => heard.join() === words.join())

t.test('the tabs of a browser', { skip: browserLeftOut }, async (t) => {
  const browser = await startBrowser(t)
  const page = await startPages(t)
  const foreign = await startPages(t, 'app.gatehouse.test')
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } }, { CLIENT_ORIGINS: `${page},${foreign}` })
  const to = await app.listen({ port: 0, host: '127.0.0.1' })

  /** Two tabs of a browser of their own, nobody signed in; the other one may have less patience. */
  async function openTwo (t: Test, { host = 'localhost', from = page, timeout = 20_000 } = {}) {
    const relay = await startRelay(t, to, host)
    const context = await browser.newContext()
    t.teardown(async () => await context.close())
    const [one, other] = [await openTab(context, from, relay.origin, { timeout: 20_000 }), await openTab(context, from, relay.origin, { timeout })] as const
    return { relay, context, one, other, account: await createUser(app) }
  }

  t.test('hear of it when somebody signs in, changes something, or signs out in one of them', async (t) => {
    const { one, other, account } = await openTwo(t)
    t.equal(await nameIn(other), undefined)
    await login(one, account)
    await hears(other, 'signedIn elsewhere')
    t.equal(await nameIn(other), 'Ada Lovelace')
    await other.evaluate(async () => await globalThis.auth.changeMe({ name: 'Grace' }))
    await hears(one, 'signedIn here', 'changed elsewhere')
    t.equal(await nameIn(one), 'Grace')
    await logout(one)
    await hears(other, 'signedIn elsewhere', 'changed here', 'signedOut elsewhere')
    t.equal(await nameIn(other), undefined)
    t.same(await heardIn(one), ['signedIn here', 'changed elsewhere', 'signedOut here'])
  })

  t.test('ask nothing of the server while the cookie `logged_in` tells that nobody is signed in', async (t) => {
    const { relay, one, other, account } = await openTwo(t)
    t.equal(await one.evaluate(() => globalThis.auth.signedIn), false)
    t.equal(await nameIn(one), undefined)
    t.same(relay.asked, [])
    await login(one, account)
    t.equal(await other.evaluate(() => globalThis.auth.signedIn), true)
  })

  t.test('see no token', async (t) => {
    const { one, account } = await openTwo(t)
    await login(one, account)
    t.equal(await one.evaluate(() => (globalThis as unknown as { document: { cookie: string } }).document.cookie), 'logged_in=true')
    t.equal(await one.evaluate(() => JSON.stringify({ ...(globalThis as unknown as { localStorage: object }).localStorage })), '{}')
  })

  t.test('are told once when the session was ended from elsewhere, and a page nobody was signed in on is not', async (t) => {
    const { relay, context, one, other, account } = await openTwo(t)
    await login(one, account)
    t.equal(await nameIn(other), 'Ada Lovelace')
    await app.inject({ method: 'POST', url: '/api/auth/login', payload: account }).then(async (response) => {
      const { access_token: token } = response.json()
      await app.inject({ method: 'DELETE', url: '/api/sessions', headers: { authorization: `Bearer ${token}` } })
    })
    t.equal(await nameIn(other), undefined)
    await hears(one, 'signedIn here', 'signedOut elsewhere')
    t.same(await heardIn(other), ['signedIn elsewhere', 'signedOut here'])
    t.equal(relay.count(refresh), 1)

    const third = await openTab(context, page, relay.origin)
    t.equal(await nameIn(third), undefined)
    t.same(await heardIn(third), [])
    t.same(await heardIn(other), ['signedIn elsewhere', 'signedOut here'])
  })

  t.test('stay signed in without a network, and go on with it', async (t) => {
    const { context, one, account } = await openTwo(t)
    await login(one, account)
    await letTokenExpire(context)
    await context.setOffline(true)
    t.match(await failureOfMe(one), { name: 'GatehouseError', status: 0, code: 'network' })
    t.equal(await one.evaluate(() => globalThis.auth.signedIn), true)
    await context.setOffline(false)
    t.equal(await nameIn(one), 'Ada Lovelace')
    t.same(await heardIn(one), ['signedIn here'])
  })

  t.test('stay signed in when a refresh is answered with 503 or 429, and wait as long as it says, all of them', async (t) => {
    const { relay, context, one, other, account } = await openTwo(t)
    await login(one, account)
    for (const status of [503, 429]) {
      await letTokenExpire(context)
      await Promise.all([
        relay.next(refresh, { answer: { status, headers: { 'retry-after': '2' }, body: '{"status":"error","code":"unavailable","message":"Later"}' } }),
        failureOfMe(one).then((failure) => t.same(failure, { name: 'GatehouseError', status, code: 'unavailable', retryAfter: 2 }))
      ])
      const asked = relay.count(refresh)
      t.match(await failureOfMe(other), { status, retryAfter: Number })
      t.match(await failureOfMe(one), { status, retryAfter: Number })
      t.equal(relay.count(refresh), asked, 'nobody tries again before that')
      t.equal(await eventually(async () => await nameIn(one).catch(() => undefined), Boolean, { within: 5000, every: 50 }), 'Ada Lovelace')
      t.equal(relay.count(refresh), asked + 1)
    }
    t.same(await heardIn(one), ['signedIn here'])
    t.same(await heardIn(other), ['signedIn elsewhere'])
  })

  t.test('do not wait for ever for one of them that holds the lock and stands still', async (t) => {
    const { relay, context, one, other, account } = await openTwo(t, { timeout: 500 })
    await login(one, account)
    await one.evaluate(async (name) => {
      const { locks } = (globalThis as unknown as { navigator: { locks: { request: (name: string, hold: () => unknown) => Promise<unknown> } } }).navigator
      await new Promise<void>((resolve) => {
        locks.request(name, async () => {
          resolve()
          await new Promise(() => {})
        }).catch(() => {})
      })
    }, `gatehouse ${relay.origin}/api/`)
    await letTokenExpire(context)
    t.equal(await nameIn(other), 'Ada Lovelace')
    t.equal(relay.count(refresh), 1)
  })

  t.test('change a password while another refreshes, and both work', async (t) => {
    const { relay, context, one, other, account } = await openTwo(t)
    await login(one, account)
    await letTokenExpire(context)
    await Promise.all([
      nameIn(other),
      one.evaluate(async ({ password }) => await globalThis.auth.changePassword({ currentPassword: password, newPassword: 'another harbour at dusk' }), account)
    ])
    t.equal(await nameIn(one), 'Ada Lovelace')
    t.equal(await nameIn(other), 'Ada Lovelace')
    t.equal(relay.count(refresh), 1)
  })

  t.test('without https refresh one at a time too, by a lease, also on a host that shows them no cookie', async (t) => {
    const { relay, context, one, other, account } = await openTwo(t, { host: 'auth.gatehouse.test', from: foreign })
    t.equal(await one.evaluate(() => 'locks' in (globalThis as unknown as { navigator: object }).navigator), false, 'there are no Web Locks')
    await login(one, account)
    await hears(other, 'signedIn elsewhere')
    await letTokenExpire(context)
    t.same(await Promise.all([one, other, one, other].map(nameIn)), Array(4).fill('Ada Lovelace'))
    t.equal(relay.count(refresh), 1)
    await logout(other)
    await hears(one, 'signedIn here', 'signedOut elsewhere')
    t.equal(await nameIn(one), undefined)
    t.equal(relay.count(me) > 0, true)
  })
})
