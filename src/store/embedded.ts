import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, relative, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const longestSocketPath = 100

export interface EmbeddedDatabase { path: string, close: () => Promise<void> }

/** Where the embedded Postgres of `dataDir` listens; short enough for a socket (sun_path holds 108 bytes). */
export function socketPathOf (dataDir: string): string {
  const absolute = resolve(dataDir, '.s.PGSQL.5432')
  const path = [absolute, relative(process.cwd(), absolute)].sort((a, b) => a.length - b.length)[0] ?? absolute
  if (Buffer.byteLength(path) > longestSocketPath) throw new Error(`DATA_DIR is too long a path for a socket: choose one of fewer than ${longestSocketPath - 16} characters`)
  return path
}

/** Whether a process serves the embedded Postgres of `dataDir` now. */
export async function isServed (dataDir: string): Promise<boolean> {
  const socket = connect(socketPathOf(dataDir))
  return await new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as boolean
}

/**
 * Starts Postgres inside this process, its data in `dataDir`, behind a Unix socket that only this user can reach.
 * @throws Error when another process serves the same folder
 */
export async function startEmbedded (dataDir: string): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (await isServed(dataDir)) throw new Error(`DATA_DIR=${dataDir} is in use by another process: stop it, choose another DATA_DIR, or set DATABASE_URL`)

  const path = socketPathOf(dataDir)
  await rm(path, { force: true })
  const db = await PGlite.create(join(dataDir, 'postgres'))
  const server = new PGLiteSocketServer({ db, path, maxConnections: 20 })
  await server.start()

  return {
    path,
    async close () {
      await server.stop()
      await db.close()
      await rm(path, { force: true })
    }
  }
}
