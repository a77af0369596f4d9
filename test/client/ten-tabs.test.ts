import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { browserLeftOut, nameIn, openTab, startBrowser, startPages } from '../helpers/browser.js'
import { eventually } from '../helpers/eventually.js'
import { pending } from '../helpers/pending.js'
import { workplace } from '../helpers/programs.js'
import { startRelay, type Relay } from '../helpers/relay.js'
import { createUser } from '../helpers/users.js'

const refresh = 'POST /api/auth/refresh'
const me = 'GET /api/users/me'

t.test('ten tabs whose access tokens all expire at once', { skip: browserLeftOut }, async (t) => {
  const browser = await startBrowser(t)
  const page = await startPages(t)
  const clock = { ahead: 0 }
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } }, { CLIENT_ORIGINS: page }, { now: () => Date.now() + clock.ahead })
  const to = await app.listen({ port: 0, host: '127.0.0.1' })

  async function openTen (t: Test) {
    const relay = await startRelay(t, to)
    const context = await browser.newContext()
    t.teardown(async () => await context.close())
    const tabs = await Promise.all(Array.from({ length: 10 }, async () => await openTab(context, page, relay.origin, { timeout: 20_000 })))
    await tabs[0]?.evaluate(async (account) => await globalThis.auth.login(account), await createUser(app))
    t.same(await Promise.all(tabs.map(nameIn)), Array(10).fill('Ada Lovelace'))
    relay.asked.length = 0
    return { relay, tabs }
  }

  // Whose request comes after the refresh has no expired token any more; then the clock goes back, since the database dates new tokens.
  async function allHaveAsked (relay: Relay) {
    await eventually(() => relay.count(me), (asked) => asked >= 10, { within: 20_000 })
    clock.ahead = 0
  }

  /** The tab that has a refresh on its way. */
  const holderOf = async (tabs: Page[]) => await Promise.race(tabs.map(async (tab) => {
    await tab.waitForRequest((request) => request.url().endsWith('/api/auth/refresh'))
    return tab
  }))

  async function crash (tab: Page) {
    const session = await tab.context().newCDPSession(tab)
    const crashed = tab.waitForEvent('crash')
    session.send('Page.crash').catch(() => {})
    await crashed
  }

  t.test('send one refresh, and all work', async (t) => {
    const { relay, tabs } = await openTen(t)
    void relay.next(refresh, { before: allHaveAsked(relay) })
    clock.ahead = 3_600_000
    t.same(await Promise.all(tabs.map(nameIn)), Array(10).fill('Ada Lovelace'))
    t.equal(relay.count(refresh), 1)
  })

  for (const [title, when] of [
    ['before the server hears of it', 'before'],
    ['after the server has made new tokens, which are lost with it', 'after']
  ] as const) {
    t.test(`send a second one when the tab that refreshes is killed ${title}, and the others work`, async (t) => {
      const { relay, tabs } = await openTen(t)
      const killed = pending()
      const asked = allHaveAsked(relay)
      const reached = relay.next(refresh, when === 'before' ? { before: killed.run() } : { before: asked, after: killed.run() })
      clock.ahead = 3_600_000
      const refreshing = holderOf(tabs)
      const names = tabs.map(async (tab) => await nameIn(tab).catch(() => 'killed'))
      const [holder] = await Promise.all([refreshing, reached, asked])
      if (when === 'after') await eventually(() => relay.answered.includes(refresh))
      await crash(holder)
      killed.finish('')

      const told = await Promise.all(names)
      t.same(told.toSorted(), [...Array(9).fill('Ada Lovelace'), 'killed'])
      t.equal(told[tabs.indexOf(holder)], 'killed')
      t.equal(relay.count(refresh), 2)
      t.same(await Promise.all(tabs.filter((tab) => tab !== holder).map(nameIn)), Array(9).fill('Ada Lovelace'), 'and go on working')
    })
  }
})
