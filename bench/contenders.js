import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cookieValue } from './cookies.js'
import { packageVersion } from './machine.js'
import { progress } from './progress.js'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

const api = {
  register: '/api/auth/register',
  login: '/api/auth/login',
  refresh: '/api/auth/refresh',
  logout: '/api/auth/logout',
  me: '/api/users/me'
}

const betterAuthApi = {
  register: '/api/auth/sign-up/email',
  login: '/api/auth/sign-in/email',
  me: '/api/auth/get-session'
}

const cheapHashing = { ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', CHEAP_HASH: 'on' }

export const ours = {
  name: 'gatehouse',
  title: '**Gatehouse**',
  file: path('../dist/server.js'),
  packages: [],
  paths: api,
  refreshesBy: 'body',
  env: {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://auth.bench.example',
    ACCESS_TOKEN_TTL: '2h',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn'
  },
  preparing: { ...cheapHashing, HASH_THREADS: '2', HASH_QUEUE: '1000' }
}

export const bare = {
  name: 'bare',
  title: '*bare*: Fastify, constant user (the ceiling)',
  file: path('rivals/bare.js'),
  packages: [],
  paths: { me: api.me },
  env: { NODE_ENV: 'production' }
}

export const naive = {
  name: 'naive',
  title: '*naive*: @fastify/cookie, jose, ioredis, postgres',
  file: path('rivals/naive.js'),
  packages: [],
  paths: api,
  refreshesBy: 'cookie',
  signaturesPerRefresh: 1,
  env: { NODE_ENV: 'production' },
  preparing: cheapHashing
}

export const express = {
  name: 'express',
  title: 'Express, jsonwebtoken, ioredis, pg',
  file: path('rivals/express.js'),
  packages: ['express', 'jsonwebtoken', 'pg'],
  isSlow: true,
  paths: api,
  refreshesBy: 'cookie',
  signaturesPerRefresh: 1,
  env: { NODE_ENV: 'production' },
  preparing: cheapHashing
}

export const betterAuth = {
  name: 'better-auth',
  title: 'better-auth, Postgres (its default)',
  file: path('rivals/better-auth.js'),
  packages: ['better-auth', 'pg'],
  isSlow: true,
  paths: betterAuthApi,
  env: { NODE_ENV: 'production' },
  preparing: cheapHashing
}

export const betterAuthCookieCache = {
  ...betterAuth,
  name: 'better-auth-cookie-cache',
  title: 'better-auth, cookie cache (revoked after 5 min)',
  env: { ...betterAuth.env, COOKIE_CACHE: 'on' }
}

export function present (contenders, only) {
  return contenders
    .filter(({ name }) => only === undefined || only.includes(name))
    .filter((contender) => isInstalled(contender))
}

export function refreshRequest (contender, session) {
  return contender.refreshesBy === 'body'
    ? { method: 'POST', json: { refresh_token: session.refreshToken } }
    : { method: 'POST', headers: { cookie: `refresh_token=${session.refreshToken}` } }
}

export function keepRefreshed (contender, session, answer) {
  session.refreshToken = contender.refreshesBy === 'body'
    ? JSON.parse(answer.text).refresh_token
    : cookieValue(answer.headers['set-cookie'], 'refresh_token') ?? session.refreshToken
}

function isInstalled ({ name, file, packages }) {
  if (!existsSync(file)) {
    progress(`${name} is left out: ${file} is not there (npm run build)`)
    return false
  }
  const missing = packages.filter((dependency) => packageVersion(dependency) === undefined)
  if (missing.length === 0) return true
  progress(`${name} is left out: npm install --no-save ${packages.join(' ')}`)
  return false
}
