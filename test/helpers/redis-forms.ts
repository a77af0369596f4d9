import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { eventually } from './eventually.js'
import { folderOf, leftOut, privateRedis, startPrivate, type PrivateRedis, type Service } from './services.js'

type Teardown = Pick<Test, 'teardown'>

const sentinelFolder = folderOf('redis-sentinel')

/** What is left out on this machine and how to bring it in, or false; fit for tap's `skip`. */
export const sentinelLeftOut = leftOut || (sentinelFolder === undefined && 'no redis-sentinel here: apt-get install redis-sentinel')

if (sentinelLeftOut !== false && process.env.CI === 'true') throw new Error(sentinelLeftOut)

const portOf = ({ url }: Service) => new URL(url).port
const promptSync = ['--repl-diskless-sync-delay', '0']
const settle = { within: 20_000, every: 50 }

/** Asks one server one thing. */
export async function askRedis<Answer> ({ url }: Pick<Service, 'url'>, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  // Whoever asks is told by the promise.
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await ask(redis)
  } finally {
    redis.disconnect()
  }
}

/** A master, its replica, and three sentinels that watch them and agree. */
export async function privateSentinels (t: Teardown) {
  const master = await privateRedis(t, { args: promptSync })
  const replica = await replicaOf(t, master)
  const sentinels = await Promise.all([1, 2, 3].map(() => privateSentinel(t, master)))

  await Promise.all(sentinels.map((sentinel) => eventually(
    () => askRedis(sentinel, (redis) => redis.call('SENTINEL', 'MASTER', 'mymaster')),
    (told) => {
      const { 'num-slaves': replicas, 'num-other-sentinels': others } = Object.fromEntries(pairsOf(told as string[]))
      return replicas === '1' && others === '2'
    },
    settle
  )))

  const hosts = sentinels.map((sentinel) => `127.0.0.1:${portOf(sentinel)}`)
  return { url: `redis+sentinel://${hosts.join(',')}/mymaster`, master, replica, sentinels }
}

async function replicaOf (t: Teardown, master: PrivateRedis) {
  const replica = await privateRedis(t, { args: ['--replicaof', '127.0.0.1', portOf(master)] })
  await eventually(() => askRedis(replica, (redis) => redis.info('replication')), (told) => told.includes('master_link_status:up'), settle)
  return replica
}

async function privateSentinel (t: Teardown, master: PrivateRedis): Promise<Service> {
  return await startPrivate(t, {
    program: join(sentinelFolder ?? '', 'redis-sentinel'),
    args: (port, folder) => [join(folder, 'sentinel.conf'), '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ready: /\+monitor master/,
    stopSignal: 'SIGTERM',
    url: (port) => `redis://127.0.0.1:${port}`,
    prepare: (folder) => writeFile(join(folder, 'sentinel.conf'), [
      `sentinel monitor mymaster 127.0.0.1 ${portOf(master)} 2`,
      'sentinel down-after-milliseconds mymaster 500',
      'sentinel failover-timeout mymaster 2000',
      ''
    ].join('\n'))
  })
}

/** Three masters that share the slots, each with a replica when asked for; all agree on it. */
export async function privateCluster (t: Teardown, { replicas = false } = {}) {
  const servers = await Promise.all(Array.from({ length: replicas ? 6 : 3 }, () => privateRedis(t, {
    args: (port) => ['--cluster-enabled', 'yes', '--cluster-port', String(port + 1), '--cluster-node-timeout', '1000', ...promptSync]
  })))
  const masters = servers.slice(0, 3)
  const [first] = masters as [PrivateRedis]

  await Promise.all(masters.map(async (server, place) => {
    const [from, to] = [place, place + 1].map((third) => Math.ceil(16384 * third / 3)) as [number, number]
    await askRedis(server, (redis) => redis.cluster('ADDSLOTSRANGE', from, to - 1))
  }))
  for (const server of servers.slice(1)) {
    await askRedis(server, (redis) => redis.call('CLUSTER', 'MEET', '127.0.0.1', portOf(first), Number(portOf(first)) + 1))
  }
  const known = async (server: PrivateRedis) => await askRedis(server, (redis) => redis.cluster('NODES')) as string
  await Promise.all(servers.map((server) => eventually(() => known(server), (told) => told.trim().split('\n').length === servers.length && !/handshake/.test(told), settle)))

  await Promise.all(servers.slice(3).map(async (server, place) => {
    const id = await askRedis(masters[place] as PrivateRedis, (redis) => redis.cluster('MYID'))
    await askRedis(server, (redis) => redis.cluster('REPLICATE', id))
    await eventually(() => askRedis(server, (redis) => redis.info('replication')), (told) => told.includes('master_link_status:up'), settle)
  }))
  await Promise.all(servers.map((server) => clusterSettled(server, servers.length - 3)))

  return { url: `redis+cluster://${servers.map((server) => `127.0.0.1:${portOf(server)}`).join(',')}`, masters, replicas: servers.slice(3) }
}

/** Until this node calls the cluster whole, and knows so many replicas. */
export async function clusterSettled (server: PrivateRedis, replicas = 0) {
  const told = async () => await askRedis(server, async (redis) => ({ state: await redis.cluster('INFO'), nodes: await redis.cluster('NODES') })) as Record<string, string>
  await eventually(told, ({ state = '', nodes = '' }) => state.includes('cluster_state:ok') && nodes.split(/ (?:myself,)?slave /).length === replicas + 1, settle)
}

function pairsOf (list: string[]): Array<[string, string]> {
  return list.flatMap((name, place) => place % 2 === 0 ? [[name, list[place + 1] ?? ''] as [string, string]] : [])
}
