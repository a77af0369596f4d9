import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { canPin } from './processes.js'
import { findProgram } from './programs.js'

export function machine (packages = []) {
  const parts = [
    `${availableParallelism()} cores of ${cpus()[0].model.trim()}`,
    `Node ${process.versions.node}`,
    `OpenSSL ${process.versions.openssl}`,
    ...programs(),
    ...packages.map((name) => `${name} ${packageVersion(name)}`).filter((part) => !part.endsWith('undefined')),
    canPin ? 'pinned with taskset' : 'nothing pinned',
    new Date().toISOString().slice(0, 10)
  ]
  return `Machine: ${parts.join(', ')}.`
}

export function packageVersion (name) {
  try {
    return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version
  } catch {
    return undefined
  }
}

function programs () {
  const postgres = process.env.DATABASE_URL ? undefined : findProgram('postgres')
  const redis = process.env.REDIS_URL ? undefined : findProgram('redis-server')
  return [
    postgres && `Postgres ${version(postgres, /\d+\.\d+/)}`,
    redis && `Redis ${version(redis, /\d+\.\d+\.\d+/)}`
  ].filter(Boolean)
}

function version (program, pattern) {
  return execFileSync(program, ['--version'], { encoding: 'utf8' }).match(pattern)?.[0]
}
