import { readFile } from 'node:fs/promises'
import t from 'tap'

/** The packages that a module loads when it is loaded itself, and the files of ours. What is imported as a type alone is not. */
async function loadedBy (entry: URL) {
  const packages = new Set<string>()
  const files = new Set<string>()

  async function walk (file: URL) {
    if (files.has(file.href)) return
    files.add(file.href)
    const source = await readFile(file, 'utf8')
    const imports = [...source.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm), ...source.matchAll(/\bimport\('([^']+)'\)/g)]
    for (const [, name = ''] of imports) {
      if (name.startsWith('.')) await walk(new URL(name.replace(/\.js$/, '.ts'), file))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  await walk(entry)
  return { packages: [...packages].sort(), files: [...files].map((href) => href.slice(href.indexOf('/src/') + 1)) }
}

t.test('the guard loads what a service needs and nothing of the server', async (t) => {
  const { packages, files } = await loadedBy(new URL('../../src/guard/guard.ts', import.meta.url))
  t.same(packages, ['@fastify/error', 'fastify-plugin', 'ioredis', 'jose', 'lru-cache'], 'no Postgres, no argon2, no PGlite')
  t.same(files.filter((file) => /database|postgres|embedded|passwords|config\.ts|app\.ts|routes/.test(file)), [])
  t.ok(files.includes('src/store/layers/layered.ts'), 'the walk goes all the way')
  t.ok(files.includes('src/lib/kept-tick.ts'), 'a service around it answers as fast as the server')
})

t.test('the walk would find them', async (t) => {
  const { packages } = await loadedBy(new URL('../../src/app.ts', import.meta.url))
  for (const name of ['postgres', '@electric-sql/pglite', 'nodemailer', 'fastify']) t.ok(packages.includes(name), name)
})
