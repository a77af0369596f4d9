import { execFile } from 'node:child_process'
import { scryptSync } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { createPasswords } from '../../src/lib/passwords.js'
import { createUserReader } from '../../src/lib/user-lines.js'
import { client, startServer } from '../helpers/guarded.js'
import { blockOf, pageOf, runInBash, storyOf, unmarkedOn } from '../helpers/snippets.js'
import { forEveryStore } from '../helpers/stores.js'
import { createUser, signIn } from '../helpers/users.js'

/** By their first lines: what installs, builds, starts, takes minutes, or is a picture or an address. `docs/README.md` says so. */
const notRun: Record<string, string[]> = {
  'README.md': ['npm ci && npm start', 'npm ci && npm test', 'npx gatehouse users role ada@example.com admin', 'flowchart LR', 'PUBLIC_URL=https://auth.example.com', 'docker compose build', 'npm ci'],
  'docs/another-service.md': ['npm install fastify gatehouse'],
  'docs/behind-a-proxy.md': ['PUBLIC_URL=http://localhost:8080 TRUST_PROXY=loopback npm start', 'nginx -p examples/nginx -c nginx.conf'],
  'docs/browser-app.md': ['npm install gatehouse'],
  'docs/guarantees.md': ['npm run faults'],
  'docs/inside-your-fastify-app.md': ['npm install gatehouse fastify'],
  'docs/pages.md': ['https://auth.example.com/sign-in?return_to=https%3A%2F%2Fapp.example.com%2Forders'],
  'docs/performance.md': ['npm ci']
}

t.test('every block on the pages', async (t) => {
  const pages = ['README.md', ...(await readdir(new URL('../../docs', import.meta.url))).map((name) => `docs/${name}`)]
  for (const page of pages) {
    await t.test(`of ${page} is used by a test, or is one of those that cannot be`, async (t) => {
      t.same(unmarkedOn(await pageOf(page)), notRun[page] ?? [])
    })
  }

  t.test('the line of an import is one that is taken', async (t) => {
    const line = blockOf(await pageOf('docs/operating.md'), 'import line').replace('…', 'e'.repeat(53))
    const read = createUserReader({ passwordMinLength: 8, argon2MemoryKib: 8192, argon2Passes: 1 })
    t.match(read(Buffer.from(line)), { user: { email: 'ada@example.com', name: 'Ada Lovelace', verified: true, passwordHash: /^\$2b\$12\$e{53}$/ } })
  })

  t.test('what is written of a scrypt hash of Node.js is verified', async (t) => {
    const salt = '5f3a0c9e77d1425b'
    const hash = scryptSync('seven grey otters', salt, 64).toString('hex')
    const command = blockOf(await pageOf('docs/operating.md'), 'rewrite scrypt').replace('5f3a…:9c41…', `${salt}:${hash}`)
    const { stdout } = await promisify(execFile)('bash', ['-c', command])
    const passwords = createPasswords({ memoryKib: 8192, passes: 1, threads: 1, queue: 8 })
    t.teardown(passwords.close)
    t.equal(await passwords.verify('seven grey otters', stdout.trim()), true)
    t.equal(await passwords.verify('eight grey otters', stdout.trim()), false)
  })

  t.test('what Prometheus scrapes has the name that the alerts ask for', async (t) => {
    const { scrape_configs: [job] } = parse(blockOf(await pageOf('docs/metrics.md'), 'scrape'))
    t.match(await pageOf('deploy/prometheus/alerts.yml'), `job="${job.job_name}"`)
    t.ok(job.static_configs[0].targets.length > 0)
  })

  await t.test('a client asks about a token as the page says', async (t) => {
    await forEveryStore(t, async (t, stores) => {
      const { server, url } = await startServer(t, stores)
      const { accessToken } = await signIn(server, await createUser(server), 'body')
      const story = storyOf(await pageOf('docs/behind-a-proxy.md'), 'introspect').replace('https://auth.example.com', url)
      const ask = async (token: string) => JSON.parse((await runInBash(`SECRET=${client.clientSecret} TOKEN=${token}\n${story}`, '/tmp')).output)
      t.match(await ask(accessToken), { active: true, role: 'user', sub: /./, sid: /./ })
      t.same(await ask('none'), { active: false })
    })
  })
})
