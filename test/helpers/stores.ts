import { PGlite } from '@electric-sql/pglite'
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import tap, { type Test } from 'tap'
import { available, copyTemplate, leftOut, privateFolder, privatePostgres, privateRedis } from './services.js'

export { servicesFor } from './services.js'

export interface Stores {
  name: 'embedded' | 'postgres and redis'
  settings: Record<string, string>
}

/** Where the embedded Postgres lies within `DATA_DIR`. */
export const embeddedFolder = 'postgres'

const { DATABASE_URL, REDIS_URL } = process.env
const servicesReachable = (DATABASE_URL || available.postgres) && (REDIS_URL || available.redis)

let embedded: Promise<Stores> | undefined
let services: Promise<Stores> | undefined

/** Tells the story on each kind of store this machine has; all stories of one test file share them. */
export async function forEveryStore (t: Test, story: (t: Test, stores: Stores) => unknown) {
  await t.test('on embedded', async (t) => {
    embedded ??= openEmbedded()
    await story(t, await embedded)
  })

  if (!servicesReachable) {
    t.comment(leftOut)
    return
  }

  await t.test('on postgres and redis', async (t) => {
    services ??= openServices()
    await story(t, await services)
  })
}

async function openEmbedded (): Promise<Stores> {
  const folder = await privateFolder()
  tap.teardown(() => rm(folder, { recursive: true, force: true }))

  await prepareEmbedded(folder)
  return { name: 'embedded', settings: { DATA_DIR: folder } }
}

/** Puts an empty embedded Postgres into a data folder, which takes seconds to make and moments to copy. */
export async function prepareEmbedded (dataDir: string) {
  const version = await pgliteVersion()
  await copyTemplate({ name: `pglite-${version}`, make: initializePglite }, join(dataDir, embeddedFolder))
}

async function initializePglite (folder: string) {
  const database = await PGlite.create(folder)
  await database.close()
}

async function pgliteVersion () {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
  const { version } = JSON.parse(await readFile(manifest, 'utf8'))
  return String(version)
}

async function openServices (): Promise<Stores> {
  const [database, redis] = await Promise.all([
    DATABASE_URL ? privateDatabase(DATABASE_URL) : privatePostgres(tap).then(({ url }) => url),
    REDIS_URL || privateRedis(tap).then(({ url }) => url)
  ])
  return { name: 'postgres and redis', settings: { DATABASE_URL: database, REDIS_URL: redis } }
}

async function privateDatabase (server: string) {
  const name = `gatehouse_test_${process.pid}_${randomBytes(4).toString('hex')}`

  await onServer(server, (sql) => sql`create database ${sql(name)}`)
  tap.teardown(() => onServer(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`))

  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function onServer (server: string, act: (sql: postgres.Sql) => Promise<unknown>) {
  const sql = postgres(server, { max: 1, onnotice: () => {} })
  await act(sql)
  await sql.end()
}
