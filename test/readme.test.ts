import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startApp } from './helpers/app.js'
import { pageOf, pathsOn, runInBash, statusesOf, stepsOf, storyOf } from './helpers/snippets.js'
import { forEveryStore } from './helpers/stores.js'

const printedOrigin = 'http://localhost:8000'
const readme = await pageOf('README.md')

const absent = ['bash', 'curl'].filter((program) => spawnSync(program, ['--version']).error !== undefined)
if (absent.length > 0 && process.env.CI === 'true') throw new Error(`missing: ${absent.join(', ')}`)
const leftOut = absent.length > 0 && `the stories of the README need ${absent.join(' and ')}: \`apt-get install -y ${absent.join(' ')}\``

const pages = (await readdir(new URL('../docs', import.meta.url))).map((name) => `docs/${name}`)

const stories = ['cookie', 'bearer']
// Register, sign in, ask who is signed in, refresh, sign out; then what was good is refused.
const statuses = [200, 200, 200, 200, 200, 401, 401]

await t.test('README.md', { skip: leftOut }, async (t) => {
  await forEveryStore(t, async (t, stores) => {
    const app = await startApp(t, stores, { RATE_LIMITS: 'on', CLIENT_ORIGINS: 'http://localhost:3000' })
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })

    for (const name of stories) {
      await t.test(`the ${name} story prints what it says`, async (t) => {
        const story = storyOf(readme, name)
        t.ok(story.includes(printedOrigin), 'it speaks to where the server listens by default')

        const { output, exitCode } = await runInBash(story.replaceAll(printedOrigin, origin), await folderOf(t))

        t.equal(exitCode, 0, 'no command fails', { output })
        t.same(stepsOf(story).map(({ status }) => status), statuses, 'it registers, signs in, refreshes, signs out, and is refused')
        t.same(statusesOf(output), statuses, 'each command prints the status above it', { output })
        t.notOk(/^set-cookie:.*; secure/im.test(output), 'its cookies travel without https')
      })
    }
  })
})

for (const page of ['README.md', ...pages]) {
  t.test(`${page} names files that are there`, async (t) => {
    for (const path of pathsOn(await pageOf(page))) t.ok(existsSync(new URL(`../${path}`, import.meta.url)), path)
  })
}

async function folderOf (t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'))
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}
