// A peer that people would pick: better-auth on Postgres through pg, sessions in the database, as its guide sets it up.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'
import { databaseUrl, host, port } from './settings.js'

const options = {
  database: new pg.Pool({ connectionString: databaseUrl, max: 10 }),
  baseURL: `http://${host}:${port}`,
  secret: 'a secret of the bench, thirty-two characters or more',
  emailAndPassword: { enabled: true, ...(process.env.CHEAP_HASH && { password: cheapHash() }) },
  session: { cookieCache: { enabled: process.env.COOKIE_CACHE === 'on', maxAge: 5 * 60 } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'warn' }
}

const { runMigrations } = await getMigrations(options)
await runMigrations()

const answer = toNodeHandler(betterAuth(options))
createServer((request, response) => {
  if (request.url === '/health/ready') return response.end('{}')
  return answer(request, response)
}).listen(port, host)

// Only to open sessions quickly before a bench that never checks a password.
function cheapHash () {
  const digest = (password) => createHash('sha256').update(password).digest('hex')
  return {
    hash: async (password) => digest(password),
    verify: async ({ hash, password }) => hash === digest(password)
  }
}
