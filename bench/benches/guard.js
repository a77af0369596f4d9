import { fileURLToPath } from 'node:url'
import { ours } from '../contenders.js'
import { connection, request } from '../http.js'
import { prepare, settle, writeCookies } from '../lineup.js'
import { load } from '../load.js'
import { serverCore } from '../processes.js'
import { alternate } from '../rounds.js'
import { startServer } from '../servers.js'
import { count, decimal, ratio, table } from '../table.js'

export const packages = ['fastify', 'jose', 'ioredis']

const [clientId, clientSecret] = ['bench', 'a-secret-of-many-characters']
const routes = [
  { name: 'open', title: 'open to everybody', path: '/open' },
  { name: 'guarded', title: '**guarded**', path: '/guarded' }
]

// Another service, one route of which is guarded: what does that cost, when its sessions are known?
export default async function guard (bench) {
  const { options, stores } = bench
  const settled = await settle({ ...ours, name: 'guard', env: { ...ours.env, INTROSPECTION_CLIENTS: `${clientId}:${clientSecret}` } }, bench)
  const sessions = await prepare(settled, options)
  const cookiesFile = writeCookies(settled, sessions, stores.folder)
  const server = await settled.start({})
  const service = await startServer({
    file: fileURLToPath(new URL('../rivals/guarded.js', import.meta.url)),
    readyPath: '/health/ready',
    core: serverCore,
    env: {
      NODE_ENV: 'production',
      ISSUER: ours.env.PUBLIC_URL,
      AUDIENCE: ours.env.PUBLIC_URL,
      AUTH_URL: server.url,
      REDIS_URL: settled.redisUrl,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret
    }
  })
  try {
    await prove(service, sessions)
    const results = await alternate(options.rounds, routes, (route, round) => measure(service, route, round, { ...options, cookiesFile }))
    return asTable(results)
  } finally {
    await Promise.all([service.stop(), server.stop()])
  }
}

// A load on refused requests would flatter the guard.
async function prove (service, sessions) {
  const agent = connection()
  for (const { cookie } of sessions) {
    const { status, text } = await request(agent, `${service.url}/guarded`, { headers: { cookie } })
    if (status !== 200) throw new Error(`the guarded route answers ${status} ${text}`)
  }
  const { status } = await request(agent, `${service.url}/guarded`)
  if (status !== 401) throw new Error(`the guarded route answers nobody with ${status}`)
  agent.destroy()
}

async function measure (service, { path }, round, { cookiesFile, connections, generator, seconds, warmUpSeconds }) {
  const shot = { url: service.url + path, cookiesFile, connections, generator }
  if (round === 1) await load({ ...shot, seconds: warmUpSeconds })
  const before = service.cpuMicroseconds()
  const figures = await load({ ...shot, seconds })
  return { ...figures, microseconds: (service.cpuMicroseconds() - before) / figures.requests }
}

function asTable (results) {
  const open = [...results].find(([{ name }]) => name === 'open')[1]
  const rows = [...results].map(([{ title }, figures]) => [
    title,
    count(figures.perSecond),
    decimal(figures.p50),
    decimal(figures.p99),
    decimal(figures.microseconds, 0),
    ratio(figures.perSecond, open.perSecond),
    count(figures.errors),
    `${count(figures.generatorBusy * 100)} %`
  ])
  return table(['a route of another service', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', '× open (floor 0.85)', 'errors', 'load busy'], rows)
}
