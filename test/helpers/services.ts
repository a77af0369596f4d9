import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { chown, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Test } from 'tap'

export interface Service {
  readonly url: string
  /** Of the process that was started last; undefined while none runs. */
  readonly pid: number | undefined
  /** Where its data and its `log` are. */
  readonly folder: string
  /** Comes back on the same port with the same data. */
  start: () => Promise<void>
  /** Ends cleanly, breaking the connections it has. */
  stop: () => Promise<void>
  /** SIGKILL, to the process and to its children. */
  kill: () => Promise<void>
  /** SIGSTOP: connections stay open and new ones are taken, but nothing answers. */
  freeze: () => void
  thaw: () => void
}

export interface PrivateRedis extends Service {
  flush: () => Promise<void>
}

export type Owner = { uid: number, gid: number } | Record<never, never>

export interface Daemon {
  program: string
  args: (port: number, folder: string) => string[] | Promise<string[]>
  /** What it logs once it takes connections. */
  ready?: RegExp
  stopSignal: NodeJS.Signals
  url: (port: number) => string
  owner?: Owner
  prepare?: (folder: string) => Promise<void>
}

const run = promisify(execFile)

const postgresFolder = folderOf('postgres', 'initdb')
const redisFolder = folderOf('redis-server')

export const available = { postgres: postgresFolder !== undefined, redis: redisFolder !== undefined }

/** What is left out on this machine and how to bring it in, or false; fit for tap's `skip`. */
export const leftOut = describeLeftOut()

if (leftOut !== false && process.env.CI === 'true') throw new Error(leftOut)

export async function privatePostgres (t: Pick<Test, 'teardown'>, { durable = false } = {}): Promise<Service> {
  if (postgresFolder === undefined) throw new Error(String(leftOut))
  const owner = postgresOwner()

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    dynamic_shared_memory_type: 'mmap',
    shared_buffers: '16MB',
    max_connections: '100',
    max_wal_senders: '0',
    max_wal_size: '64MB',
    wal_level: 'minimal',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
  }

  return startPrivate(t, {
    program: join(postgresFolder, 'postgres'),
    args: (port, folder) => [
      '-D', join(folder, 'data'), '-p', String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    ],
    stopSignal: 'SIGINT',
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    owner,
    prepare: async (folder) => copyTemplate(await postgresTemplate(postgresFolder, owner), join(folder, 'data'))
  })
}

export async function privateRedis (t: Pick<Test, 'teardown'>, { args = [] as string[] | ((port: number) => string[]) } = {}): Promise<PrivateRedis> {
  if (redisFolder === undefined) throw new Error(String(leftOut))

  const redis = await startPrivate(t, {
    program: join(redisFolder, 'redis-server'),
    args: (port, folder) => [
      '--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no',
      ...(typeof args === 'function' ? args(port) : args)
    ],
    stopSignal: 'SIGTERM',
    url: (port) => `redis://127.0.0.1:${port}`
  })

  return Object.assign(redis, {
    async flush () {
      const connection = createConnection(Number(new URL(redis.url).port), '127.0.0.1')
      connection.end('FLUSHALL\r\n')
      const [answer] = await once(connection, 'data')
      if (String(answer) !== '+OK\r\n') throw new Error(`redis refused to flush: ${answer}`)
    }
  })
}

export async function servicesFor (t: Pick<Test, 'teardown'>) {
  const [postgres, redis] = await Promise.all([privatePostgres(t), privateRedis(t)])
  return { postgres, redis }
}

/** A data folder that is made once on this machine, to be copied by every test that wants one. */
interface Template {
  name: string
  make: (folder: string) => Promise<unknown>
  owner?: Owner
}

export async function copyTemplate ({ name, make, owner = {} }: Template, target: string) {
  const whole = join(tmpdir(), `gatehouse-template-${userInfo().uid}-${name}`)
  const isWhole = () => existsSync(join(whole, 'PG_VERSION'))

  if (!isWhole()) {
    const draft = await privateFolder(owner, tmpdir())
    try {
      await make(draft)
      // Of several processes that make it at once, one moves its draft into place and the others find it there.
      await rename(draft, whole)
    } catch (error) {
      await rm(draft, { recursive: true, force: true })
      if (!isWhole()) throw error
    }
  }
  await run('cp', ['-R', whole, target], { cwd: '/', ...owner })
}

export function isRunning (pid: number) {
  if (!signal(pid, 0)) return false
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

export function childrenOf (pid: number) {
  const listed = `/proc/${pid}/task/${pid}/children`
  const pids = existsSync(listed) ? readFileSync(listed, 'utf8') : spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout
  return pids.split(/\s+/).filter(Boolean).map(Number)
}

const running = new Set<number>()
process.on('exit', () => {
  for (const pid of running) signalFamily(pid, 'SIGKILL')
})

export async function startPrivate (t: Pick<Test, 'teardown'>, daemon: Daemon): Promise<Service> {
  const folder = await privateFolder(daemon.owner)
  const reaper = startReaper(folder)
  let child: ChildProcess | undefined
  let port = await freePort()

  t.teardown(async () => {
    const gone = child && exited(child)
    await reaper.reap()
    await gone
  })
  await daemon.prepare?.(folder)

  async function launch () {
    const args = await daemon.args(port, folder)
    const log = openSync(join(folder, 'log'), 'w')
    const launched = spawn(daemon.program, args, {
      cwd: folder, detached: true, stdio: ['ignore', log, log], ...daemon.owner
    })
    closeSync(log)
    await once(launched, 'spawn')

    const pid = Number(launched.pid)
    running.add(pid)
    reaper.watch(pid)
    launched.unref()
    launched.once('exit', () => {
      running.delete(pid)
      reaper.watch()
      child = undefined
    })
    child = launched
    return becameReady(launched, join(folder, 'log'), daemon.ready)
  }

  const service: Service = {
    folder,
    get url () { return daemon.url(port) },
    get pid () { return child?.pid },

    async start () {
      if (child) return
      const complaint = await launch()
      if (complaint !== undefined) throw new Error(`${daemon.program} did not start: ${complaint}`)
    },

    async stop () {
      if (!child?.pid) return
      service.thaw()
      const gone = exited(child)
      signal(child.pid, daemon.stopSignal)
      await gone
    },

    async kill () {
      if (!child?.pid) return
      const gone = exited(child)
      const family = signalFamily(child.pid, 'SIGKILL')
      await gone
      while (family.some(isRunning)) await wait(2)
    },

    freeze () {
      if (child?.pid) signalFamily(child.pid, 'SIGSTOP')
    },

    thaw () {
      if (child?.pid) signalFamily(child.pid, 'SIGCONT')
    }
  }

  // The port was free a moment ago, which does not promise that it still is.
  for (let attempt = 1; ; attempt++) {
    const complaint = await launch()
    if (complaint === undefined) return service
    if (attempt === 5 || !/in use/i.test(complaint)) throw new Error(`${daemon.program} did not start: ${complaint}`)
    port = await freePort()
  }
}

async function becameReady (child: ChildProcess, log: string, ready = /ready to accept connections/i) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(5)) {
    const said = await readFile(log, 'utf8')
    if (ready.test(said)) return
    if (child.exitCode !== null || child.signalCode !== null) return said.trim()
  }
  return 'not ready within 30 s'
}

// It outlives this process, however that dies: end of file on its input tells it to clear up.
const reap = `
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -STOP $pid
  children=$(cat /proc/$pid/task/$pid/children || pgrep -P $pid)
  kill -KILL $pid $children
fi
if [ -f "$1/data/postmaster.pid" ]; then
  set -- "$1" $(sed -n 7p "$1/data/postmaster.pid")
  ipcrm -m "$3"
fi
rm -rf "$1" || { sleep 0.2; rm -rf "$1"; }
`

function startReaper (folder: string) {
  const shell = spawn('sh', ['-c', reap, 'reaper', folder], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.stdin.on('error', () => {})
  shell.unref()

  return {
    watch (pid?: number) {
      if (shell.stdin.writable) shell.stdin.write(`${pid ?? ''}\n`)
    },
    async reap () {
      const gone = exited(shell)
      shell.stdin.end()
      await gone
    }
  }
}

async function exited (child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  await once(child, 'exit')
}

// The parent first, so that it has no more children than those listed.
function signalFamily (pid: number, name: NodeJS.Signals) {
  if (name !== 'SIGCONT') signal(pid, 'SIGSTOP')
  const family = [...childrenOf(pid), pid]
  for (const member of family) signal(member, name)
  return family
}

function signal (pid: number, name: NodeJS.Signals | 0) {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

export async function privateFolder (owner: Owner = {}, parent = scratch()) {
  const folder = await mkdtemp(join(parent, 'gatehouse-test-'))
  if ('uid' in owner) await chown(folder, owner.uid, owner.gid)
  return folder
}

// Copying a database takes 50 ms in memory and ten times as long on many a disk.
function scratch () {
  const memory = '/dev/shm'
  if (process.env.TMPDIR || !existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > 2 ** 30 ? memory : tmpdir()
}

async function freePort (): Promise<number> {
  // Below the ports that systems hand to outgoing connections: one of those could take it while its service is stopped.
  const port = randomInt(10_000, 32_000)
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return freePort()
  }
  server.close()
  await once(server, 'close')
  return port
}

async function postgresTemplate (programs: string, owner: Owner): Promise<Template> {
  const { stdout } = await run(join(programs, 'postgres'), ['--version'])
  const version = /[\d.]+/.exec(stdout)?.[0] ?? 'unknown'

  return {
    name: `postgres-${version}`,
    owner,
    make: (folder) => run(join(programs, 'initdb'), [
      '--pgdata', folder, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C.UTF-8',
      '--wal-segsize', '1', '--no-sync'
    ], { cwd: folder, ...owner })
  }
}

// Postgres refuses to run as root.
export function postgresOwner (): Owner {
  if (userInfo().uid !== 0) return {}
  const accounts = readFileSync('/etc/passwd', 'utf8')
  const account = /^postgres:.*$/m.exec(accounts) ?? /^nobody:.*$/m.exec(accounts)
  const [, , uid, gid] = account?.[0].split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error('no account for postgres to run as')
  return { uid: Number(uid), gid: Number(gid) }
}

export function folderOf (...programs: string[]) {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...versions.map((version) => join(debian, version, 'bin'))]

  return folders.find((folder) => folder !== '' && programs.every((program) => isExecutable(join(folder, program))))
}

function isExecutable (file: string) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function describeLeftOut () {
  const missing = [...(available.postgres ? [] : ['postgres']), ...(available.redis ? [] : ['redis-server'])]
  if (missing.length === 0) return false
  return `tests on Postgres and Redis are left out, no ${missing.join(' and no ')} here: apt-get install postgresql redis-server`
}
