import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { progress } from './progress.js'
import { serverCore } from './processes.js'
import { startServer } from './servers.js'
import { makeUsers, openSessions, proveSessions, registerUsers } from './sessions.js'

const readyPath = '/health/ready'

// Gives a contender its own database and its own numbered Redis, and says how to start it on them.
export async function settle (contender, { stores, keys }) {
  const redisUrl = new URL(stores.redisUrl)
  redisUrl.pathname = `/${stores.taken = (stores.taken ?? 0) + 1}`
  const env = {
    ...contender.env,
    DATABASE_URL: await stores.database(contender.name),
    REDIS_URL: redisUrl.href,
    KEYS_DIR: keys,
    DATA_DIR: join(stores.folder, contender.name)
  }
  return {
    ...contender,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    env,
    start: (extra, options) => startServer({ file: contender.file, env: { ...env, ...extra }, readyPath, ...options })
  }
}

// Sessions are opened on an instance with a cheap hash and every core; the one that is measured has honest settings and one core.
export async function warmUp (contender, bench) {
  const settled = await settle(contender, bench)
  const sessions = contender.paths.login === undefined ? [] : await prepare(settled, bench.options)
  const server = await settled.start({}, { core: serverCore })
  if (sessions.length > 0) await proveSessions(server, settled, sessions)
  return { ...settled, server, sessions }
}

export async function prepare (contender, { sessions: wanted, users: people }) {
  progress(`${contender.name}: opening ${wanted} sessions of ${people} users`)
  const server = await contender.start(contender.preparing)
  try {
    const users = makeUsers(people)
    await registerUsers(server, contender, users)
    return await openSessions(server, contender, users, wanted)
  } finally {
    await server.stop()
  }
}

export function writeCookies (contender, sessions, folder) {
  return writeLines(join(folder, `${contender.name}.cookies`), sessions.map(({ cookie }) => cookie))
}

export function writeCredentials (contender, users, folder) {
  return writeLines(join(folder, `${contender.name}.logins`), users.map(({ email, password }) => JSON.stringify({ email, password })))
}

function writeLines (file, lines) {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return file
}
