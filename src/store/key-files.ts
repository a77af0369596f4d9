import { access, constants, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { createKeyPemAside, importSigningKey, KeyRefused, purposes, type Purpose, type SigningKey } from '../lib/keys.js'
import { newestFirst, signsFrom, type SigningKeys } from '../lib/key-ring.js'

export interface KeyFile { path: string, key: SigningKey }

type Where = Pick<Config, 'keysDir' | 'accessTokenPrivateKey' | 'refreshTokenPrivateKey' | 'production'>

/**
 * The signing keys that the settings name: of the environment, else of `KEYS_DIR`, which is filled when it is empty, save in production.
 * @throws KeyRefused with the remedy
 */
export async function loadKeys (config: Where): Promise<SigningKeys> {
  if (config.accessTokenPrivateKey !== undefined && config.refreshTokenPrivateKey !== undefined) {
    return {
      access: [await fromBase64('access', config.accessTokenPrivateKey, 'ACCESS_TOKEN_PRIVATE_KEY')],
      refresh: [await fromBase64('refresh', config.refreshTokenPrivateKey, 'REFRESH_TOKEN_PRIVATE_KEY')]
    }
  }

  for (const purpose of purposes) {
    if ((await pemFiles(config.keysDir, purpose)).length > 0) continue
    if (config.production) throw new KeyRefused(`KEYS_DIR=${config.keysDir} holds no key for ${purpose} tokens: make one with \`gatehouse keys create\``)
    await createKeyFile(config.keysDir, purpose)
  }
  return {
    access: (await readKeyFiles(config.keysDir, 'access')).map(({ key }) => key),
    refresh: (await readKeyFiles(config.keysDir, 'refresh')).map(({ key }) => key)
  }
}

async function fromBase64 (purpose: Purpose, base64: string, name: string): Promise<SigningKey> {
  return await importSigningKey(purpose, Buffer.from(base64, 'base64').toString('utf8'), 0, name)
}

/** @throws KeyRefused when one of them may not be used */
export async function readKeyFiles (keysDir: string, purpose: Purpose): Promise<KeyFile[]> {
  const paths = await pemFiles(keysDir, purpose)
  return await Promise.all(paths.map(async (path) => {
    const { mode, uid, mtimeMs } = await stat(path)
    refuseReadable(path, mode, uid)
    const pem = await readFile(path, 'utf8').catch((cause) => {
      throw new KeyRefused(`${path} cannot be read (${String(cause.code)}): let the user that runs the server own it, with mode 600`, { cause })
    })
    return { path, key: await importSigningKey(purpose, pem, createdAtOf(path, mtimeMs), path) }
  }))
}

async function pemFiles (keysDir: string, purpose: Purpose): Promise<string[]> {
  const folder = join(keysDir, purpose)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new KeyRefused(`${folder} cannot be read (${String(error.code)}): let the user that runs the server own it`, { cause: error })
  })
  return names.filter((name) => name.endsWith('.pem')).sort().map((name) => join(folder, name))
}

// A platform may mount a secret as root's and let our group read it: that we cannot mend, and nobody else gains by it.
function refuseReadable (path: string, mode: number, owner: number) {
  const ours = owner === process.getuid?.()
  if ((mode & (ours ? 0o077 : 0o027)) !== 0) throw new KeyRefused(`${path} can be read by others: run \`chmod 600 ${path}\``)
}

/** Makes a key file, whole or not at all, its time of making in its name; gives its path. */
export async function createKeyFile (keysDir: string, purpose: Purpose, now = new Date()): Promise<KeyFile> {
  const folder = join(keysDir, purpose)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pem = await createKeyPemAside()
  const key = await importSigningKey(purpose, pem, Math.floor(now.getTime() / 1000), 'the new key')
  const path = join(folder, `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-${key.kid.slice(0, 8)}.pem`)

  const draft = `${path}.draft`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(pem)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return { path, key }
}

export interface MadeKey extends KeyFile { purpose: Purpose, signsFrom: number }

/** Makes a key for each purpose, which signs once it has been published; for all of them or none. */
export async function rotateKeyFiles (keysDir: string, now = new Date()): Promise<MadeKey[]> {
  const made: (KeyFile & { purpose: Purpose })[] = []
  try {
    for (const purpose of purposes) made.push({ purpose, ...await createKeyFile(keysDir, purpose, now) })
    return await Promise.all(made.map(async ({ purpose, path, key }) => {
      const keys = newestFirst((await readKeyFiles(keysDir, purpose)).map(({ key }) => key))
      const own = keys.find(({ kid }) => kid === key.kid) ?? key
      return { purpose, path, key: own, signsFrom: signsFrom(own, keys) }
    }))
  } catch (error) {
    await Promise.all(made.map(async ({ path }) => await removeKeyFile(path)))
    throw error
  }
}

/** Whether this process may put key files where they lie. */
export async function mayMakeKeys (keysDir: string): Promise<boolean> {
  const allowed = await Promise.all(purposes.map(async (purpose) =>
    await access(join(keysDir, purpose), constants.W_OK | constants.X_OK).then(() => true, () => false)))
  return !allowed.includes(false)
}

export const removeKeyFile = async (path: string) => await rm(path)

/** Changes whenever a key file is added, replaced or taken away. */
export async function fingerprintOf (keysDir: string): Promise<string> {
  const paths = (await Promise.all(purposes.map(async (purpose) => await pemFiles(keysDir, purpose)))).flat()
  const marks = await Promise.all(paths.map(async (path) => {
    const { mtimeMs, size, ino } = await stat(path)
    return `${path} ${mtimeMs} ${size} ${ino}`
  }))
  return marks.join('\n')
}

function createdAtOf (path: string, mtimeMs: number): number {
  const [, year, month, day, hour, minute, second] = /(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z[^/]*$/.exec(path) ?? []
  const named = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Math.floor((Number.isNaN(named) ? mtimeMs : named) / 1000)
}
