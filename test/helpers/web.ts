import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'
import type { AppOptions } from '../../src/app.js'
import { startApp } from './app.js'
import { startBrowser } from './browser.js'
import { workplace } from './programs.js'
import { startRelay, type Relay } from './relay.js'
import type { Account } from './users.js'

export interface Site {
  app: FastifyInstance
  /** Where the browser finds it. */
  origin: string
  /** What is between the browser and the server. */
  relay: Relay
  browser: Browser
}

/** The whole server with its pages, on the embedded store, and a browser to look at them. */
export async function openSite (t: Test, settings: Record<string, string> = {}, options: AppOptions = {}): Promise<Site> {
  const browser = await startBrowser(t)
  const relay = await startRelay(t, '')
  const stores = { settings: { DATA_DIR: join(await workplace(t), 'data') } }
  const app = await startApp(t, stores, { WEB: 'on', PUBLIC_URL: relay.origin, ...settings }, options)
  relay.to = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, origin: relay.origin, relay, browser }
}

/** Opens a page in a browser that knows nobody yet. What breaks the policy of the page, or throws in it, fails the test. */
export async function visit (t: Test, { browser, origin }: Pick<Site, 'browser' | 'origin'>, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  t.teardown(async () => await context.close())
  context.on('weberror', (error) => t.fail(`the page threw: ${error.error().stack}`))
  context.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type|preact/i.test(message.text())) t.fail(`the page said: ${message.text()}`)
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(origin + path)
  return page
}

/** Another tab of the same browser. */
export async function openBeside (page: Page, path: string): Promise<Page> {
  const tab = await page.context().newPage()
  tab.setDefaultTimeout(15_000)
  await tab.goto(new URL(path, page.url()).href)
  return tab
}

/** Signs in on the page that asks for it, and waits until the account is there. */
export async function signInOn (page: Page, { email, password }: Pick<Account, 'email' | 'password'>) {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
}

/** A signed-in page of an account. */
export async function visitAs (t: Test, site: Pick<Site, 'browser' | 'origin'>, account: Pick<Account, 'email' | 'password'>, path = '/account', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await visit(t, site, path, options)
  await signInOn(page, account)
  return page
}

export const headingOf = async (page: Page): Promise<string> => await page.getByRole('heading', { level: 1 }).innerText()

/** Once the page's title is this. */
export async function shows (page: Page, title: string) {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe holds to be serious or worse on a page, one line each. */
export async function barriersOn (page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy lets no such script in.
  await page.evaluate(await readFile(axe, 'utf8'))
  const { violations } = await page.evaluate(async () => await (globalThis as unknown as { axe: { run: () => Promise<{ violations: Array<{ id: string, impact: string, nodes: Array<{ target: unknown, failureSummary: string }> }> }> } }).axe.run())
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`))
}

/** Whether something sticks out of a page to the side. */
export const isTooWide = async (page: Page): Promise<boolean> =>
  await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
