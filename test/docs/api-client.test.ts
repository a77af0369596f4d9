import { execFile, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { startApp } from '../helpers/app.js'
import { bundle } from '../helpers/bundle.js'
import { workplace } from '../helpers/programs.js'
import { filesOn, pageOf, runInBash, statusesOf, stepsOf, storyOf } from '../helpers/snippets.js'

const printedOrigin = 'http://localhost:8000'
const password = 'seven grey otters at dusk'
const node = promisify(execFile)

const absent = ['bash', 'curl'].filter((program) => spawnSync(program, ['--version']).error !== undefined)
if (absent.length > 0 && process.env.CI === 'true') throw new Error(`missing: ${absent.join(', ')}`)
const leftOut = absent.length > 0 && `the commands of the guide need ${absent.join(' and ')}: \`apt-get install -y ${absent.join(' ')}\``

t.test('docs/api-client.md', async (t) => {
  const page = await pageOf('docs/api-client.md')
  const app = await startApp(t, { settings: { DATA_DIR: join(await workplace(t), 'data') } })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-guide-'))
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))

  await t.test('its commands print what they say', { skip: leftOut }, async (t) => {
    const story = storyOf(page, 'api client')
    const { output, exitCode } = await runInBash(story.replaceAll(printedOrigin, origin), folder)
    t.equal(exitCode, 0, 'no command fails', { output })
    t.same(statusesOf(output), [200, 200, 200, 401, 200, 200], 'each command prints the status above it', { output })
    t.same(stepsOf(story).map(({ status }) => status), statusesOf(output))
  })

  await t.test('its programs do what they say', async (t) => {
    await app.inject({ method: 'POST', url: '/api/auth/register', payload: { name: 'Grace Hopper', email: 'grace@example.com', password } })
    const installed = join(folder, 'node_modules', 'gatehouse')
    await mkdir(installed, { recursive: true })
    await writeFile(join(installed, 'package.json'), JSON.stringify({ type: 'module', exports: { './client': './client.js' } }))
    await writeFile(join(installed, 'client.js'), await bundle())
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const files = filesOn(page)
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text.replaceAll(printedOrigin, origin))
    const run = async (name: string, PASSWORD = password) => await node(process.execPath, [name], { cwd: folder, env: { PATH: process.env.PATH, PASSWORD } })

    t.same(Object.keys(files), ['report.js', 'whoami.js'])
    t.equal((await run('report.js')).stdout, 'signed in as Grace Hopper\n1 session(s)\nnull\n')
    await t.rejects(run('report.js', 'not her password'), { code: 1, stderr: 'Invalid email or password\n' })
    t.equal((await run('whoami.js')).stdout, 'still Grace Hopper\n')
    t.equal((await run('whoami.js', 'no password is asked for')).stdout, 'still Grace Hopper\n')
  })
})
