// What a good developer writes in an afternoon: a signed token, Redis to be able to revoke it, Postgres for the user.
import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import { hash, verify } from '@node-rs/argon2'
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import postgres from 'postgres'
import {
  accessSeconds, argon2Settings, databaseUrl, host, keyPair, port, redisUrl, refreshSeconds, usersTable
} from './settings.js'
import { meSchema } from './user-schema.js'

const issuer = 'http://localhost'
const keys = { access: await importKeys('access'), refresh: await importKeys('refresh') }
const redis = new Redis(redisUrl)
const sql = postgres(databaseUrl, { max: 10, transform: postgres.camel })
await sql.unsafe(usersTable)

const app = Fastify({ logger: { level: 'warn' } })
await app.register(cookie)

app.get('/health/ready', async () => ({ status: 'success' }))

app.post('/api/auth/register', async (request) => {
  const { name, email, password } = request.body
  const passwordHash = await hash(password, argon2Settings)
  const [user] = await sql`
    insert into users (id, name, email, password_hash)
    values (${randomUUID()}, ${name}, ${email}, ${passwordHash})
    returning id, name, email, role, photo, verified, created_at, updated_at
  `
  return { status: 'success', data: { user } }
})

app.post('/api/auth/login', async (request, reply) => {
  const { email, password } = request.body
  const [user] = await sql`select id, password_hash from users where email = ${email}`
  if (!user || !await verify(user.passwordHash, password)) return refuse(reply)

  const [accessToken, refreshToken] = await Promise.all([
    issue('access', user.id, accessSeconds),
    issue('refresh', user.id, refreshSeconds)
  ])
  setCookie(reply, 'access_token', accessToken, '/', accessSeconds)
  setCookie(reply, 'refresh_token', refreshToken, '/api/auth', refreshSeconds)
  return { status: 'success', access_token: accessToken }
})

app.post('/api/auth/refresh', async (request, reply) => {
  const userId = await live('refresh', request.cookies.refresh_token)
  if (!userId) return refuse(reply)

  const accessToken = await issue('access', userId, accessSeconds)
  setCookie(reply, 'access_token', accessToken, '/', accessSeconds)
  return { status: 'success', access_token: accessToken }
})

app.post('/api/auth/logout', async (request, reply) => {
  await revoke('access', request.cookies.access_token)
  await revoke('refresh', request.cookies.refresh_token)
  reply.clearCookie('access_token', { path: '/' }).clearCookie('refresh_token', { path: '/api/auth' })
  return { status: 'success' }
})

app.get('/api/users/me', { schema: { response: { 200: meSchema } } }, async (request, reply) => {
  const userId = await live('access', request.cookies.access_token)
  if (!userId) return refuse(reply)

  const [user] = await sql`
    select id, name, email, role, photo, verified, created_at, updated_at from users where id = ${userId}
  `
  return { status: 'success', data: { user } }
})

await app.listen({ host, port })

async function importKeys (purpose) {
  const { privatePem, publicPem } = keyPair(purpose)
  return { sign: await importPKCS8(privatePem, 'RS256'), verify: await importSPKI(publicPem, 'RS256') }
}

async function issue (purpose, userId, seconds) {
  const jti = randomUUID()
  const [token] = await Promise.all([
    new SignJWT().setProtectedHeader({ alg: 'RS256' }).setSubject(userId).setJti(jti).setIssuer(issuer)
      .setIssuedAt().setExpirationTime(`${seconds}s`).sign(keys[purpose].sign),
    redis.set(jti, userId, 'EX', seconds)
  ])
  return token
}

async function revoke (purpose, token) {
  if (token) await redis.del((await verified(purpose, token)).jti)
}

async function verified (purpose, token) {
  const { payload } = await jwtVerify(token, keys[purpose].verify, { issuer, algorithms: ['RS256'] })
  return payload
}

async function live (purpose, token) {
  try {
    return await redis.get((await verified(purpose, token)).jti)
  } catch {
    return null
  }
}

function setCookie (reply, name, value, path, maxAge) {
  reply.setCookie(name, value, { path, maxAge, httpOnly: true, sameSite: 'lax' })
}

function refuse (reply) {
  return reply.code(401).send({ status: 'fail', message: 'You are not logged in' })
}
