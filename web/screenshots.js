// Pictures of every page, in both themes and two widths: `npm run screenshots -- FOLDER` (./screenshots when it is left out).
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const folder = resolve(process.argv[2] ?? 'screenshots')
const port = 8090
const origin = `http://localhost:${port}`
const password = 'seven grey otters at dusk'
const admin = 'ada@example.com'
const people = ['Grace Hopper', 'Alan Turing', 'Katherine Johnson', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth', 'Frances Allen', 'John Backus', 'Radia Perlman']
const agents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
]
const open = ['/sign-in', '/sign-up', '/forgot-password', '/reset-password?token=a', '/verify-email?token=a']
const closed = ['/account', '/account/password', '/account/devices', '/admin', '/admin/users', '/admin/events', '/admin/keys']

const cwd = await mkdtemp(join(tmpdir(), 'gatehouse-pictures-'))
const env = { PATH: process.env.PATH, PORT: String(port), RATE_LIMITS: 'off', LOG_LEVEL: 'warn' }
const program = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url))
const server = spawn(process.execPath, [program('server.js')], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
})

try {
  await mkdir(folder, { recursive: true })
  await answering()
  await fill()
  for (const colorScheme of ['light', 'dark']) await photograph(colorScheme)
} finally {
  await browser.close()
  server.kill()
  await once(server, 'exit')
  await rm(cwd, { recursive: true, force: true })
}

async function answering () {
  while (!await fetch(`${origin}/health/ready`).then(({ ok }) => ok, () => false)) await new Promise((resolve) => setTimeout(resolve, 100))
}

async function post (path, body, headers = {}) {
  return await fetch(`${origin}/api/auth/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
}

/** Somebody to look at, and something that happened. */
async function fill () {
  await post('register', { name: 'Ada Lovelace', email: admin, password })
  execFileSync(process.execPath, [program('cli/main.js'), 'users', 'role', admin, 'admin'], { cwd, env })
  for (const name of people) {
    const email = `${name.split(' ')[0].toLowerCase()}@example.com`
    await post('register', { name, email, password })
    await post('login', { email, password: name.length % 3 === 0 ? 'not the password' : password })
  }
  for (const agent of agents) await post('login', { email: admin, password }, { 'user-agent': agent })
}

async function photograph (colorScheme) {
  const context = await browser.newContext({ colorScheme })
  const page = await context.newPage()
  for (const path of open) await take(page, path, colorScheme)
  await page.goto(`${origin}/sign-in`)
  await page.getByLabel('Email').fill(admin)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  for (const path of closed) await take(page, path, colorScheme)
  await page.goto(`${origin}/admin/users`)
  await page.getByRole('link', { name: people[0] }).first().click()
  await page.waitForURL('**/admin/users/*-*')
  await take(page, new URL(page.url()).pathname, colorScheme, 'admin-user')
  await context.close()
}

async function take (page, path, colorScheme, name = path.replace(/\?.*/, '').slice(1).replaceAll('/', '-')) {
  await page.goto(origin + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (const width of [1000, 320]) {
    await page.setViewportSize({ width, height: 800 })
    // What is drawn when the answers have come.
    await page.waitForTimeout(1000)
    const file = join(folder, `${name}-${width}-${colorScheme}.png`)
    await page.screenshot({ path: file, fullPage: true })
    console.log(file)
  }
}
