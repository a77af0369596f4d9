// The common tutorial, improved: jsonwebtoken gets key objects, since it would parse a PEM string at every call.
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import express from 'express'
import { Redis } from 'ioredis'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import {
  accessSeconds, argon2Settings, databaseUrl, host, keyPair, port, redisUrl, refreshSeconds, usersTable
} from './settings.js'

const userColumns = 'id, name, email, role, photo, verified, created_at as "createdAt", updated_at as "updatedAt"'
const keys = { access: importKeys('access'), refresh: importKeys('refresh') }
const redis = new Redis(redisUrl)
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
await pool.query(usersTable)

const app = express()
app.use(express.json())

app.get('/health/ready', (request, response) => response.json({ status: 'success' }))

app.post('/api/auth/register', async (request, response) => {
  const { name, email, password } = request.body
  const passwordHash = await hash(password, argon2Settings)
  const { rows: [user] } = await pool.query(
    `insert into users (id, name, email, password_hash) values ($1, $2, $3, $4) returning ${userColumns}`,
    [randomUUID(), name, email, passwordHash]
  )
  response.json({ status: 'success', data: { user } })
})

app.post('/api/auth/login', async (request, response) => {
  const { email, password } = request.body
  const { rows: [user] } = await pool.query('select id, password_hash from users where email = $1', [email])
  if (!user || !await verify(user.password_hash, password)) return refuse(response)

  const accessToken = await issue('access', user.id, accessSeconds)
  const refreshToken = await issue('refresh', user.id, refreshSeconds)
  setCookie(response, 'access_token', accessToken, '/', accessSeconds)
  setCookie(response, 'refresh_token', refreshToken, '/api/auth', refreshSeconds)
  response.json({ status: 'success', access_token: accessToken })
})

app.post('/api/auth/refresh', async (request, response) => {
  const userId = await live('refresh', readCookie(request, 'refresh_token'))
  if (!userId) return refuse(response)

  const accessToken = await issue('access', userId, accessSeconds)
  setCookie(response, 'access_token', accessToken, '/', accessSeconds)
  response.json({ status: 'success', access_token: accessToken })
})

app.get('/api/users/me', async (request, response) => {
  const userId = await live('access', readCookie(request, 'access_token'))
  if (!userId) return refuse(response)

  const { rows: [user] } = await pool.query(`select ${userColumns} from users where id = $1`, [userId])
  response.json({ status: 'success', data: { user } })
})

app.listen(port, host)

function importKeys (purpose) {
  const { privatePem, publicPem } = keyPair(purpose)
  return { sign: createPrivateKey(privatePem), verify: createPublicKey(publicPem) }
}

async function issue (purpose, userId, seconds) {
  const jti = randomUUID()
  await redis.set(jti, userId, 'EX', seconds)
  return jwt.sign({ sub: userId, jti }, keys[purpose].sign, { algorithm: 'RS256', expiresIn: seconds })
}

async function live (purpose, token) {
  try {
    const { jti } = jwt.verify(token, keys[purpose].verify, { algorithms: ['RS256'] })
    return await redis.get(jti)
  } catch {
    return null
  }
}

function readCookie (request, name) {
  return request.headers.cookie?.split('; ').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

function setCookie (response, name, value, path, seconds) {
  response.cookie(name, value, { path, maxAge: seconds * 1000, httpOnly: true, sameSite: 'lax' })
}

function refuse (response) {
  response.status(401).json({ status: 'fail', message: 'You are not logged in' })
}
