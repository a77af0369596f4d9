import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const run = promisify(execFile)
const tsc = 'typescript/bin/tsc'
const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const parts = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'sql', 'src', 'client', 'tsconfig.json']

export interface Packed { tarball: string, files: string[], folder: string }

/** Packs the project as `npm pack` does, built from the sources as they are now, whose types others check. */
export async function pack (t: Pick<Test, 'teardown'>): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pack-'))
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  const project = join(folder, 'source')
  await mkdir(project)
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { build: string } }
  const builds = [...scripts.build.matchAll(/tsc -p (\S+)/g)].map(([, name = '']) => name)
  for (const name of [...parts, ...builds]) await cp(join(root, name), join(project, name), { recursive: true })
  await symlink(modules, join(project, 'node_modules'))
  for (const name of builds) await run(process.execPath, [join(modules, tsc), '-p', name, '--noCheck'], { cwd: project })

  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: project })
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string, files: Array<{ path: string }> }]
  return { tarball: join(folder, filename), files: files.map(({ path }) => path), folder }
}

/**
 * An empty project with the package in it, and of everything else only what the package says it needs, from our own `node_modules`:
 * so no network is wanted, and what is used but not declared is missed.
 */
export async function installed ({ tarball, folder }: Packed, besides: string[] = []): Promise<string> {
  const project = join(folder, 'project')
  const place = join(project, 'node_modules', 'gatehouse')
  await mkdir(place, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', place])
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'somebodys', type: 'module', private: true }))

  const { dependencies } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), ...besides]) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(await realpath(join(modules, name)), link)
  }
  return project
}

/** Type-checks a project's files as strictly as can be. */
export async function typeCheck (project: string, ...files: string[]): Promise<string> {
  const flags = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023', '--skipDefaultLibCheck', '--module', 'nodenext', '--types', 'node', '--skipLibCheck', 'false']
  const checked = run(process.execPath, [join(modules, tsc), ...flags, ...files], { cwd: project })
  return await checked.then(() => '', ({ stdout }) => String(stdout))
}

/** Runs a program of a project; gives what it says. */
export async function runIn (project: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, words, { cwd: project })
  return stdout
}
