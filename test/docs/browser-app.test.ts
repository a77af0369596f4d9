import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { browserLeftOut, startBrowser } from '../helpers/browser.js'
import { bundle } from '../helpers/bundle.js'
import { workplace } from '../helpers/programs.js'
import { filesOn, pageOf } from '../helpers/snippets.js'
import { uniqueEmail } from '../helpers/users.js'

const printedOrigin = 'http://localhost:8000'

t.test('docs/browser-app.md', { skip: browserLeftOut }, async (t) => {
  const files = filesOn(await pageOf('docs/browser-app.md'))
  t.same(Object.keys(files), ['auth.js', 'index.html', 'app.js'])

  t.test('makes a page that signs up, in and out, in every tab', async (t) => {
    const { page, browser } = await startGuide(t, files)
    const context = await browser.newContext()
    const [one, other] = [await context.newPage(), await context.newPage()]
    for (const tab of [one, other]) await tab.goto(page)
    const greeting = 'text=Hello Ada'

    await one.getByLabel('Email').fill(uniqueEmail())
    await one.getByLabel('Password').fill('short')
    await one.getByText('Open an account').click()
    await one.getByText(/^name .+, password .+/).waitFor()

    await one.getByLabel('Name').fill('Ada')
    await one.getByLabel('Password').fill('correct horse battery staple')
    await one.getByText('Open an account').click()
    for (const tab of [one, other]) await tab.waitForSelector(greeting)

    await other.reload()
    await other.waitForSelector(greeting)
    await other.getByText('Where am I signed in?').click()
    await other.getByText('(this one)').waitFor()

    await context.clearCookies({ name: 'access_token' })
    await other.getByText('Shout my name').click()
    for (const tab of [one, other]) await tab.waitForSelector('text=Hello ADA')

    await other.getByText('Sign out').click()
    for (const tab of [one, other]) await tab.getByLabel('Email').waitFor()
    t.same((await context.cookies()).map(({ name }) => name), [])
  })
})

/** Serves the files that the guide writes, and the client under its name, beside a Gatehouse. */
async function startGuide (t: Test, files: Record<string, string>) {
  const client = await bundle()
  let auth = ''
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : request.url?.slice(1) ?? ''
    const body = name === 'client.js' ? client : files[name] ?? ''
    response.writeHead(body === '' ? 404 : 200, { 'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html' })
    response.end(name.endsWith('.html') ? `<!doctype html><script type="importmap">{"imports":{"gatehouse/client":"/client.js"}}</script>${body}` : body.replaceAll(printedOrigin, auth))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const page = `http://localhost:${(server.address() as AddressInfo).port}`

  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } }, { CLIENT_ORIGINS: page })
  auth = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost')
  return { page, browser: await startBrowser(t) }
}
