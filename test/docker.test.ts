import { existsSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../src/config.js'
import { pageOf } from './helpers/snippets.js'

interface Service {
  image?: string
  build?: string
  profiles?: string[]
  environment?: Record<string, string | number | null>
  healthcheck?: { test?: string[] }
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
}

const text = await pageOf('docker-compose.yml')
const compose = parse(text) as { services: Record<string, Service>, volumes: Record<string, null> }
const { gatehouse, postgres, redis, pgadmin } = compose.services
const dockerfile = (await pageOf('Dockerfile')).replaceAll('\\\n', '')
const instructions = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line)).map((line) => {
  const [name = '', ...words] = line.split(/\s+/)
  return { name, words }
})
const lastOf = (name: string) => instructions.findLast((instruction) => instruction.name === name)?.words.join(' ') ?? ''

/** Every name that the server asks the environment for. */
function settingNames (): Set<string> {
  const names = new Set<string>()
  readConfig(new Proxy({}, {
    get (_target, name) {
      names.add(String(name))
      return undefined
    }
  }))
  return names
}

t.test('docker-compose.yml', async (t) => {
  t.test('has a server, a Postgres and a Redis, and pgAdmin under the profile `tools`', async (t) => {
    t.same(Object.keys(compose.services), ['gatehouse', 'postgres', 'redis', 'pgadmin'])
    t.equal(gatehouse?.build, '.')
    t.ok(Number(/^postgres:(\d+)/.exec(postgres?.image ?? '')?.[1]) >= 16)
    t.match(redis?.image, /^redis:\d/)
    t.same(pgadmin?.profiles, ['tools'])
    for (const [name, { profiles }] of Object.entries(compose.services)) t.equal(profiles === undefined, name !== 'pgadmin', name)
  })

  t.test('starts the server once its stores are healthy', async (t) => {
    t.same(gatehouse?.depends_on, { postgres: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } })
    t.match(postgres?.healthcheck?.test?.join(' '), 'pg_isready')
    t.match(redis?.healthcheck?.test?.join(' '), 'redis-cli ping')
    t.ok(gatehouse?.healthcheck, 'the server is asked by the command of its image')
    t.notOk(gatehouse?.healthcheck?.test)
  })

  t.test('keeps data, keys and nothing else in named volumes', async (t) => {
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]))

    t.same(mounted.sort(), Object.keys(compose.volumes).sort())
    t.same(gatehouse?.volumes, [`keys:${gatehouse?.environment?.KEYS_DIR}`, `data:${gatehouse?.environment?.DATA_DIR}`])
  })

  t.test('gives the server its settings and no other name, and hands on all that it does not fix', async (t) => {
    const given = Object.keys(gatehouse?.environment ?? {})
    const names = settingNames()

    t.same(given.filter((name) => !names.has(name)), [], 'every name is a setting')
    t.same([...names].filter((name) => !given.includes(name)), [], 'every setting is there')
  })

  t.test('the settings it fixes are good ones for production', async (t) => {
    const environment = Object.entries(gatehouse?.environment ?? {})
      .flatMap(([name, value]) => value === null ? [] : [[name, filledIn(String(value))]])

    t.match(readConfig(Object.fromEntries(environment)), {
      production: true, host: '0.0.0.0', redisUrl: 'redis://:filled@redis:6379', clientOrigins: ['https://auth.example.com']
    })
  })

  t.test('holds no secret and no default for one', async (t) => {
    const interpolated = [...text.matchAll(/\$\{(\w+(?:PASSWORD|KEY|SECRET))(:[?-])([^}]*)\}/g)]

    t.ok(interpolated.length >= 5)
    for (const [all, name, form, words] of interpolated) {
      t.ok(form === ':?' ? words : name === 'PGADMIN_PASSWORD' && words === '', all)
    }
  })
})

t.test('Dockerfile', async (t) => {
  t.test('copies what is there', async (t) => {
    const copies = instructions.filter(({ name, words }) => name === 'COPY' && !words[0]?.startsWith('--from='))
    const ignored = (await pageOf('.dockerignore')).split('\n')

    t.ok(copies.length >= 4)
    for (const path of copies.flatMap(({ words }) => words.slice(0, -1))) {
      t.ok(existsSync(new URL(`../${path}`, import.meta.url)) && !ignored.includes(path), path)
    }
  })

  t.test('builds in one stage and runs in another, on Node 24', async (t) => {
    const stages = instructions.filter(({ name }) => name === 'FROM')

    t.same(stages.map(({ words }) => words[0]), ['node:24-slim', 'node:24-slim'], 'of one C library, for the binary of argon2')
    t.match(dockerfile, /npm prune --omit=dev/)
  })

  t.test('runs in production as a user who is not root', async (t) => {
    t.match(lastOf('ENV'), 'NODE_ENV=production')
    t.equal(lastOf('USER'), 'node')
    t.match(dockerfile, /install -d -o node -g node -m 700 keys data/, 'and who may write keys')
  })

  t.test('runs no shell, so that signals arrive and `docker compose run gatehouse keys create` works', async (t) => {
    t.same(JSON.parse(lastOf('ENTRYPOINT')), ['node', '--max-semi-space-size=16', 'dist/cli/main.js'])
    t.same(JSON.parse(lastOf('CMD')), ['serve'])
    t.match(lastOf('HEALTHCHECK'), /CMD \["node", "-e", ".*\/health\/ready/)
  })
})

/** As Compose reads it when every required variable is set. */
function filledIn (value: string): string {
  const values: Record<string, string> = { PUBLIC_URL: 'https://auth.example.com' }
  const inner = /\$\{(\w+)(?::[?-]([^${}]*))?\}/
  while (inner.test(value)) {
    value = value.replace(inner, (_all, name: string, words = '') => values[name] ?? (name.endsWith('PASSWORD') ? 'filled' : words))
  }
  return value
}
