import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import ts from 'typescript'
import { createKeyPem, purposes } from '../../src/lib/keys.js'
import { privateFolder } from './services.js'
import { prepareEmbedded } from './stores.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, '.tap', 'programs')

export interface Ended { code: number | null, stdout: string, stderr: string }

export interface Program {
  child: ChildProcess
  ended: Promise<Ended>
  /** What has been written to standard output so far matches, or the program ended without it. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>
}

let compiled: Promise<string> | undefined

/** Starts one of our programs, such as `server.js`, as a process of its own that sees these settings and nothing else. */
export async function start (t: Pick<Test, 'teardown'>, words: string[], { cwd, settings = {}, input }: { cwd: string, settings?: Record<string, string>, input?: string }): Promise<Program> {
  compiled ??= compile()
  const [script = '', ...rest] = words
  const child = spawn(process.execPath, [join(await compiled, script), ...rest], { cwd, env: { PATH: process.env.PATH, ...settings }, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  child.stdin?.end(input)
  const said = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()

  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })

  const says = async (pattern: RegExp) => await new Promise<RegExpExecArray>((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(said.stdout)
      if (found !== null) resolve(found)
    }
    listeners.add(look)
    look()
    void ended.then(({ code, stderr }) => reject(new Error(`ended with ${code} without saying ${pattern}: ${stderr}`)))
  })
  return { child, ended, says }
}

/** Where one of our programs is, for a shell to run. */
export const programPath = async (script: string): Promise<string> => join(await (compiled ??= compile()), script)

/** Runs one of our programs to its end. */
export const run = async (...words: Parameters<typeof start>): Promise<Ended> => await (await start(...words)).ended

/** A folder that goes with the test, with signing keys of 2048 bits in `keys` and an empty database in `data`. */
export async function workplace (t: Pick<Test, 'teardown'>): Promise<string> {
  const folder = await privateFolder()
  t.teardown(async () => await rm(folder, { recursive: true, force: true }))
  for (const purpose of purposes) {
    await mkdir(join(folder, 'keys', purpose), { recursive: true })
    await writeFile(join(folder, 'keys', purpose, 'a.pem'), createKeyPem(2048), { mode: 0o600 })
  }
  await mkdir(join(folder, 'data'))
  await prepareEmbedded(join(folder, 'data'))
  return folder
}

/** Serves until the test ends, or until it is told to stop. */
export async function startServer (t: Pick<Test, 'teardown'>, cwd: string, settings: Record<string, string> = {}) {
  const program = await start(t, ['server.js'], { cwd, settings: { PORT: '0', ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', ...settings } })
  const [, origin = ''] = await program.says(/listening at (http:[^"]+)"/)
  return {
    ...program,
    origin,
    async stop (signal: NodeJS.Signals = 'SIGTERM') {
      program.child.kill(signal)
      return await program.ended
    }
  }
}

// The programs as `npm run build` makes them, but in a tenth of its time; kept until a source changes.
async function compile (): Promise<string> {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts')).sort()
  const sources = await Promise.all(names.map(async (name) => await readFile(join(root, 'src', name), 'utf8')))
  const whole = join(cache, createHash('sha256').update(JSON.stringify([names, sources])).digest('hex').slice(0, 16))
  if (existsSync(whole)) return join(whole, 'dist')

  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(join(cache, 'draft-'))
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true }
  for (const [at, name] of names.entries()) {
    const path = join(draft, 'dist', name.replace(/\.ts$/, '.js'))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, ts.transpileModule(sources[at] ?? '', { compilerOptions }).outputText)
  }
  await symlink(join(root, 'sql'), join(draft, 'sql'))
  await symlink(join(root, 'dist', 'web'), join(draft, 'dist', 'web'))
  // Of several test files that compile at once, one moves its draft into place and the others find it there.
  await rename(draft, whole).catch(async (error) => {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(whole)) throw error
  })
  return join(whole, 'dist')
}
