import { randomUUID } from 'node:crypto'
import { fastify, type FastifyInstance, type FastifyServerOptions, type LightMyRequestResponse } from 'fastify'
import postgres from 'postgres'
import type { Test } from 'tap'
import { gatehouse, type GatehouseOptions } from '../../src/index.js'
import { cookie, cookieValues } from './cookies.js'
import { privateKeysDir } from './keys.js'
import { privateFolder } from './services.js'
import { prepareEmbedded, type Stores } from './stores.js'
import { uniqueEmail } from './users.js'

export const ownOrigin = 'https://app.example.com'

let keysDir: Promise<string> | undefined

/** Options that make hashes cheap, on these stores. */
export async function optionsFor ({ settings }: Pick<Stores, 'settings'>, options: Partial<GatehouseOptions> = {}): Promise<GatehouseOptions> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DATA_DIR: dataDir = await privateFolder() } = settings
  keysDir ??= privateKeysDir()
  return {
    publicUrl: ownOrigin,
    dataDir,
    keysDir: await keysDir,
    argon2MemoryKib: 8192,
    argon2Passes: 1,
    rateLimits: false,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...options
  }
}

/** Somebody's app, closed when the test ends. */
export function somebodysApp (t: Pick<Test, 'teardown'>, options: FastifyServerOptions = {}): FastifyInstance {
  const host = fastify({ pluginTimeout: 30_000, ...options })
  t.teardown(async () => await host.close())
  return host
}

/** An app that has Gatehouse inside, under `/id`. */
export async function withGatehouse (t: Test, stores: Stores, options: Partial<GatehouseOptions> & { prefix?: string } = {}, host = somebodysApp(t)): Promise<FastifyInstance> {
  await host.register(gatehouse, { prefix: '/id', ...await optionsFor(stores, options) })
  return host
}

/** Stores that nobody else has: another database, or another folder. */
export async function otherStores ({ name, settings: { DATABASE_URL: url, ...settings } }: Stores): Promise<Stores> {
  if (url === undefined) {
    const folder = await privateFolder()
    await prepareEmbedded(folder)
    return { name, settings: { DATA_DIR: folder } }
  }
  const database = `other_${randomUUID().replaceAll('-', '')}`
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await sql`create database ${sql(database)}`
  await sql.end()
  return { name, settings: { ...settings, DATABASE_URL: Object.assign(new URL(url), { pathname: `/${database}` }).href } }
}

/** What a client of an app does, its Gatehouse being under a prefix. */
export function clientOf (app: FastifyInstance, prefix = '') {
  const send = async (method: 'POST' | 'GET', path: string, payload?: object, headers = {}): Promise<LightMyRequestResponse> =>
    await app.inject({ method, url: `${prefix}/api${path}`, headers, ...(payload === undefined ? {} : { payload }) })
  const account = { name: 'Ada', email: uniqueEmail(), password: 'a quiet harbour at dawn' }

  return {
    send,
    account,
    register: async () => await send('POST', '/auth/register', account),
    logIn: async (transport: 'cookie' | 'body' = 'body') =>
      await send('POST', '/auth/login', { email: account.email, password: account.password, transport }),
    me: async (headers: object) => await send('GET', '/users/me', undefined, headers)
  }
}

/** The `Cookie` header that a browser sends once it got these answers. */
export const cookieHeader = (response: LightMyRequestResponse): { cookie: string } => cookie(...Object.entries(cookieValues(response)))
