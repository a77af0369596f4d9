import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Client, createClient, GatehouseError } from '../../client/index.js'
import { bundle } from './bundle.js'
import { folderOf } from './services.js'

const folder = folderOf('chromium')

/** What is left out on this machine and how to bring it in, or false; fit for tap's `skip`. */
export const browserLeftOut = folder === undefined && 'no Chromium here: apt-get install chromium'

if (browserLeftOut !== false && process.env.CI === 'true') throw new Error(browserLeftOut)

declare global {
  /** What the pages of `startPages` have at hand. */
  var auth: Client
  var heard: string[]
  /** What a method throws. */
  var failureOf: (act: () => Promise<unknown>) => Promise<object | undefined>
  var gatehouse: { createClient: typeof createClient, GatehouseError: typeof GatehouseError }
}

/** A browser of the test's own. Hosts that end in `.gatehouse.test` are this machine. */
export async function startBrowser (t: Pick<Test, 'teardown'>): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: join(folder ?? '', 'chromium'),
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP *.gatehouse.test 127.0.0.1'
    ]
  })
  t.teardown(async () => await browser.close())
  return browser
}

/** Serves a page that has the client and nothing else; gives its origin. */
export async function startPages (t: Pick<Test, 'teardown'>, host = 'localhost'): Promise<string> {
  const script = await bundle()
  const server = createServer((request, response) => {
    const [type, body] = request.url === '/client.js' ? ['text/javascript', script] : ['text/html', '<!doctype html><title>A page</title>']
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${host}:${(server.address() as AddressInfo).port}`
}

/** Opens a tab with a client in it, `auth`, which notes its news in `heard`. */
export async function openTab (context: BrowserContext, page: string, url: string, options: { timeout?: number } = {}): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(page)
  await tab.evaluate(async ({ url, timeout = 5000 }) => {
    const script = '/client.js'
    globalThis.gatehouse = await import(script)
    globalThis.auth = globalThis.gatehouse.createClient({ url, timeout })
    globalThis.heard = []
    globalThis.failureOf = async (act) => {
      try {
        await act()
        return undefined
      } catch (error) {
        const { name, status, code, retryAfter } = error as GatehouseError
        return { name, status, code, retryAfter }
      }
    }
    for (const type of ['signedIn', 'signedOut', 'changed'] as const) globalThis.auth.on(type, ({ here }) => globalThis.heard.push(`${type} ${here ? 'here' : 'elsewhere'}`))
  }, { url, ...options })
  return tab
}

export const nameIn = async (tab: Page): Promise<string | undefined> => await tab.evaluate(async () => (await globalThis.auth.me())?.name)

export const heardIn = async (tab: Page): Promise<string[]> => await tab.evaluate(() => globalThis.heard)
