import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import t from 'tap'
import { settings } from '../src/config.js'
import { installed, pack, runIn, typeCheck } from './helpers/package.js'
import { filesOn, pageOf } from './helpers/snippets.js'
import { prepareEmbedded } from './helpers/stores.js'

const guide = await pageOf('docs/inside-your-fastify-app.md')

const shown = Object.entries(filesOn(guide))

t.test('the package', async (t) => {
  const packed = await pack(t)

  await t.test('holds what runs, its declarations, the tables and its papers, and nothing else', async (t) => {
    const wanted = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|sql\/\d{3}\.(do|undo)\.[\w-]+\.sql|dist\/.+\.(js|d\.ts|json|html|css|svg)(\.(br|gz))?)$/
    t.same(packed.files.filter((path) => !wanted.test(path)), [])
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/guard/guard.d.ts', 'dist/client/index.d.ts', 'dist/cli/main.js', 'sql/001.do.users.sql', 'LICENSE']) t.ok(packed.files.includes(path), path)
  })

  await t.test('is as publint wants it', async (t) => {
    const { messages, pkg } = await publint({ pkgDir: join(packed.folder, 'source'), strict: true })
    t.same(messages.map((message) => formatMessage(message, pkg ?? {})), [])
  })

  await t.test('has types that every resolution of ES modules finds', async (t) => {
    const attw = new URL('../node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url)
    const asked = promisify(execFile)(process.execPath, [attw.pathname, packed.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'])
    t.equal(await asked.then(() => '', ({ stdout }) => String(stdout)), '')
  })

  await t.test('in an empty project', async (t) => {
    const project = await installed(packed, ['@types/node'])

    await t.test('type-checks as strictly as can be, and gives an app no other decorators than it has', async (t) => {
      for (const [name, source] of shown) await writeFile(join(project, name), source)
      const wrong = [
        "import { fastify } from 'fastify'",
        "import 'gatehouse'",
        "import { createClient } from 'gatehouse/client'",
        "import guard from 'gatehouse/guard'",
        'void [createClient, guard, fastify().authenticate]',
        'void fastify().sql'
      ]
      await writeFile(join(project, 'wrong.ts'), wrong.join('\n'))
      t.match(await typeCheck(project, 'wrong.ts', ...shown.map(([name]) => name)), /^wrong\.ts\(6,\d+\): error TS2339[^\n]*'sql'[^\n]*\n$/)
    })

    await t.test('does what the guide shows, with the cookie and with the Bearer token', async (t) => {
      await mkdir(join(project, 'data'))
      await prepareEmbedded(join(project, 'data'))
      for (const [name, source] of shown) await writeFile(join(project, name.replace('.ts', '.js')), source)
      const printed = /It prints (.+)\.$/m.exec(guide)?.[1]?.match(/`[^`]+`/g)?.map((line) => line.slice(1, -1))
      t.same((await runIn(project, 'story.js')).trim().split('\n'), printed)
    })

    await t.test('has its command line', async (t) => {
      t.match(await runIn(project, 'node_modules/gatehouse/dist/cli/main.js', 'keys', 'list'), /access/)
    })
  })

  t.test('has a surface that fits on one screen', async (t) => {
    t.ok((await readFile(new URL('../src/index.ts', import.meta.url), 'utf8')).split('\n').length <= 40)
  })
})

t.test('the guide names every option by its setting', async (t) => {
  const ofTheServer = ['host', 'port', 'trustProxy', 'logLevel']
  const rows = [...guide.matchAll(/^\| `(\w+)` \| `([A-Z0-9_]+)` \|$/gm)].map(([, option, setting]) => [option, setting])
  t.same(rows.sort(), settings.filter(([name]) => !ofTheServer.includes(name)).map(([name, { env }]) => [name, env]).sort())
})
