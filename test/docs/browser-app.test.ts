import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../helpers/app.js'
import { browserLeftOut, startBrowser } from '../helpers/browser.js'
import { bundle } from '../helpers/bundle.js'
import { eventually } from '../helpers/eventually.js'
import { workplace } from '../helpers/programs.js'
import { resetToken, verifyToken } from '../helpers/recovery.js'
import { filesOn, pageOf } from '../helpers/snippets.js'
import { createUser, uniqueEmail } from '../helpers/users.js'

const printedOrigin = 'http://localhost:8000'

t.test('docs/browser-app.md', { skip: browserLeftOut }, async (t) => {
  const files = filesOn(await pageOf('docs/browser-app.md'))
  t.same(Object.keys(files), ['auth.js', 'index.html', 'app.js', 'orders.js', 'verify-email.js', 'reset-password.js'])

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

  t.test('asks an API beside it, and hands in what was mailed, at a click and no sooner', async (t) => {
    const asked: string[] = []
    const { page, browser, app } = await startGuide(t, {
      ...files,
      ...filesOn(await pageOf('README.md')),
      'api/orders': '{"made":true}',
      'sign-in.html': '<body><script type="module" src="sign-in.js"></script>',
      'orders.html': '<script type="module" src="orders.js"></script>',
      'verify-email.html': '<button>Confirm</button><script type="module" src="verify-email.js"></script>',
      'reset-password.html': '<form><input name="password" type="password"><button>Set</button></form><script type="module" src="reset-password.js"></script>'
    }, (request) => asked.push(request))
    const account = await createUser(app, { name: 'Ada', email: 'ada@example.com', password: 'seven grey otters at dusk' })
    const tab = await browser.newPage()

    await tab.goto(`${page}/sign-in.html`)
    await tab.waitForSelector('text=Hello Ada')
    await tab.goto(`${page}/orders.html`)
    await eventually(() => asked.includes('POST /api/orders {"product":"otter"}'))

    await tab.goto(`${page}/verify-email.html?token=${await verifyToken(app, account)}`, { waitUntil: 'networkidle' })
    t.equal(await isVerified(app, account), false)
    await tab.getByText('Confirm').click()
    await eventually(() => isVerified(app, account))

    const password = 'eight brown badgers at dawn'
    await tab.goto(`${page}/reset-password.html?token=${await resetToken(app, account)}`, { waitUntil: 'networkidle' })
    await tab.locator('input').fill(password)
    await tab.getByText('Set').click()
    await eventually(async () => (await logIn(app, { email: account.email, password })).statusCode === 200)
  })
})

async function isVerified (app: FastifyInstance, { email }: { email: string }): Promise<boolean> {
  const [user] = await app.sql`select verified_at is not null as verified from users where email = ${email}`
  return user?.verified === true
}

const logIn = async (app: FastifyInstance, payload: object) => await app.inject({ method: 'POST', url: '/api/auth/login', payload })

/** Serves the files that the guide writes, and the client under its name, beside a Gatehouse. */
async function startGuide (t: Test, files: Record<string, string>, asked: (request: string) => void = () => {}) {
  const client = await bundle()
  let auth = ''
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', page)
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    void text(request).then((sent) => asked(`${request.method} ${pathname} ${sent}`))
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
  return { page, app, browser: await startBrowser(t) }
}
