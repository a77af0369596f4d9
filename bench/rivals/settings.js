import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const { HOST: host, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, KEYS_DIR: keysFolder } = process.env
export const port = Number(process.env.PORT)
export const accessSeconds = 2 * 60 * 60
export const refreshSeconds = 7 * 24 * 60 * 60
export const argon2Settings = {
  memoryCost: Number(process.env.ARGON2_MEMORY_KIB ?? 19_456),
  timeCost: Number(process.env.ARGON2_PASSES ?? 2),
  parallelism: 1
}

export function keyPair (purpose) {
  const privatePem = readFileSync(join(keysFolder, purpose, 'bench.pem'), 'utf8')
  return { privatePem, publicPem: createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }) }
}

export const usersTable = `
  create table if not exists users (
    id uuid primary key,
    name text not null,
    email text not null unique,
    password_hash text not null,
    role text not null default 'user',
    photo text not null default 'default.png',
    verified boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`
