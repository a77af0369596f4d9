import { access, constants, statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { Config } from '../../config.js'
import { about, orOk, type Finding } from './finding.js'

const floor = [20, 19] as const
const megabyte = 2 ** 20

export function examineNode (version = process.versions.node): Finding[] {
  const { ok, wrong } = about('node')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const old = major < floor[0] || (major === floor[0] && minor < floor[1])
  return orOk([old && wrong(`Node.js ${version} is too old`, `install ${floor.join('.')} or newer`)], ok(`Node.js ${version}`))
}

/** What is set for development, and must not be in production. */
export function examineMode ({ production, rateLimits, publicUrl }: Pick<Config, 'production' | 'rateLimits' | 'publicUrl'>): Finding[] {
  const { ok, warning, wrong } = about('mode')
  return orOk([
    production && !rateLimits && wrong('RATE_LIMITS is off: anybody may guess passwords as fast as they are hashed', 'remove RATE_LIMITS=off'),
    !production && publicUrl.startsWith('https:') && warning('PUBLIC_URL is https, and NODE_ENV is not production', 'set NODE_ENV=production: what production needs is demanded at start')
  ], ok(production ? 'production' : 'development'))
}

export function examineHashes ({ production, argon2MemoryKib, argon2Passes, hashThreads }: Pick<Config, 'production' | 'argon2MemoryKib' | 'argon2Passes' | 'hashThreads'>): Finding[] {
  const { ok, warning } = about('password hashes')
  const weak = argon2MemoryKib * argon2Passes < 7168 * 5
  const needed = hashThreads * argon2MemoryKib * 1024
  return orOk([
    production && weak && warning(`argon2id with ${argon2MemoryKib} KiB and ${argon2Passes} passes is weaker than OWASP advises`, 'remove ARGON2_MEMORY_KIB and ARGON2_PASSES, or raise them'),
    needed > totalmem() / 2 && warning(`${hashThreads} hashes at once take ${Math.round(needed / megabyte)} MiB, over half of this machine's memory`, 'lower HASH_THREADS or ARGON2_MEMORY_KIB')
  ], ok(`argon2id, ${argon2MemoryKib} KiB, passes: ${argon2Passes}, at once: ${hashThreads}`))
}

/** Whether there is room where the embedded Postgres, or mails that nobody sends, are kept. */
export async function examineDisk ({ dataDir, databaseUrl, smtpUrl }: Pick<Config, 'dataDir' | 'databaseUrl' | 'smtpUrl'>): Promise<Finding[]> {
  const { ok, warning, wrong } = about('disk')
  if (databaseUrl !== undefined && smtpUrl !== undefined) return [ok('DATA_DIR is not used')]
  const folder = await firstThere(resolve(dataDir))
  const writable = await access(folder, constants.W_OK | constants.X_OK).then(() => true, () => false)
  const { bavail, bsize } = await statfs(folder)
  const free = Math.floor(bavail * bsize / megabyte)
  const room = 'make room, or move DATA_DIR'
  return orOk([
    !writable && wrong(`DATA_DIR=${dataDir} cannot be written`, 'let the user that runs the server own it'),
    free < 100 && wrong(`${free} MiB are left for DATA_DIR=${dataDir}`, room),
    free >= 100 && free < 1024 && warning(`${free} MiB are left for DATA_DIR=${dataDir}`, room)
  ], ok(`${free} MiB are free for DATA_DIR=${dataDir}`))
}

async function firstThere (folder: string): Promise<string> {
  const there = await access(folder).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'EACCES')
  return there || dirname(folder) === folder ? folder : await firstThere(dirname(folder))
}
