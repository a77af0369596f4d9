import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, relative, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { claim } from './claim.js'

const longestSocketPath = 100

/** Parse, Bind, Describe, Execute, Close and Flush: a Sync is yet to come, and then the answer is whole. */
const partsOfQuery = ['P', 'B', 'D', 'E', 'C', 'H']

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
  const path = socketPathOf(dataDir)
  const handBack = await claim(join(dataDir, 'postgres.pid'))
  if (handBack === undefined) throw new Error(`DATA_DIR=${dataDir} is in use by another process: stop it, choose another DATA_DIR, or set DATABASE_URL`)

  try {
    return await open(join(dataDir, 'postgres'), path, handBack)
  } catch (error) {
    await handBack()
    throw error
  }
}

async function open (folder: string, path: string, handBack: () => Promise<void>): Promise<EmbeddedDatabase> {
  await rm(path, { force: true })
  const db = await PGlite.create(folder)
  const server = new PGLiteSocketServer({ db: oneCallerAtATime(db), path, maxConnections: 20 })
  await server.start()

  return {
    path,
    async close () {
      await server.stop()
      await db.close()
      await rm(path, { force: true })
      await handBack()
    }
  }
}

// Its server (0.2.17) passes on message by message and keeps to one connection only within a transaction, so that parts of two
// queries met in the one session there is. Told of a transaction, it keeps to that connection until the query is over too.
function oneCallerAtATime (db: PGlite): PGlite {
  let underWay = false
  const own = {
    isInTransaction: () => underWay || db.isInTransaction(),
    execProtocolRawStream: async (...[message, options]: Parameters<PGlite['execProtocolRawStream']>) => {
      underWay = partsOfQuery.includes(String.fromCharCode(message[0] ?? 0))
      await db.execProtocolRawStream(message, options)
    },
    // How it clears up behind a connection that was lost half-way.
    exec: async (...words: Parameters<PGlite['exec']>) => {
      underWay = false
      return await db.exec(...words)
    }
  }
  return new Proxy(db, {
    get (target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own]
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}
