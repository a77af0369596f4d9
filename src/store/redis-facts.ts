import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Cluster, type Redis } from 'ioredis'
import { changesChannel } from './changes.js'
import { readRedisUrl } from '../lib/redis-url.js'
import { connectRedis, connectSubscription, untilReady, type RedisClient } from './redis.js'

/** What one server of a Redis says of itself. */
export interface RedisServer {
  name: string
  version: string
  role: string
  loading: boolean
  replicas: number
  policy: string
  maxMemory: number
  usedMemory: number
  evicted: number
  /** What it writes to disk, and whether that failed last. */
  persists: string[]
  writeFailed: boolean
  /** Milliseconds that its clock is ahead of this machine's. */
  ahead: number
}

export interface RedisFacts {
  form: 'single' | 'sentinel' | 'cluster'
  servers: RedisServer[]
  /** Whether every slot of a cluster is served. */
  whole: boolean
  /** Milliseconds of the quickest of a few messages of our own, there and back; a text says why there was none. */
  roundTrip: number | string
  /** How many subscriptions there are to what nodes tell each other. */
  listeners: number
}

const milliseconds = 3_000
/** One alone may be late by what else this machine does; how far away Redis is, the quickest tells. */
const words = 5

/** Reads what there is to know of a Redis, and writes nothing there. @throws Error that says why it cannot be asked */
export async function readRedisFacts (url: string, now: () => number): Promise<RedisFacts> {
  const { form } = readRedisUrl(url)
  const redis = connectRedis(url, { commandTimeout: milliseconds })
  let failure = `no answer in ${milliseconds / 1000} s`
  redis.on('error', ({ message }: Error) => { failure = message || failure })
  try {
    if (!await untilReady(redis, milliseconds)) throw new Error(failure)
    const masters = redis instanceof Cluster ? redis.nodes('master') : [redis]
    const servers = await Promise.all(masters.map(async (node) => await serverOf(node, now)))
    const whole = !(redis instanceof Cluster) || (await Promise.all(masters.map(async (node) => String(await node.call('CLUSTER', 'INFO'))))).every((told) => told.includes('cluster_state:ok'))
    return { form, servers, whole, ...await listen(url, redis) }
  } finally {
    redis.disconnect()
  }
}

async function serverOf (redis: Redis, now: () => number): Promise<RedisServer> {
  const told = Object.fromEntries((await redis.info()).split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]))
  const sent = now()
  const [seconds, micros] = await redis.time() as [number | string, number | string]
  const at = Number(seconds) * 1000 + Number(micros) / 1000
  return {
    name: `${redis.options.host ?? 'redis'}:${redis.options.port ?? 6379}`,
    version: told.redis_version ?? '0',
    role: told.role ?? '',
    loading: told.loading === '1',
    replicas: Number(told.connected_slaves ?? 0),
    policy: told.maxmemory_policy ?? '',
    maxMemory: Number(told.maxmemory ?? 0),
    usedMemory: Number(told.used_memory ?? 0),
    evicted: Number(told.evicted_keys ?? 0),
    persists: [...(told.aof_enabled === '1' ? ['a log'] : []), ...(Number(told.rdb_last_save_time) > Number(told.server_start_time ?? 0) && told.rdb_saves !== '0' ? ['snapshots'] : [])],
    writeFailed: told.rdb_last_bgsave_status === 'err' || told.aof_last_write_status === 'err' || told.aof_last_bgrewrite_status === 'err',
    ahead: Math.round(at - (sent + now()) / 2)
  }
}

async function listen (url: string, redis: RedisClient): Promise<Pick<RedisFacts, 'roundTrip' | 'listeners'>> {
  const [channel, changes] = [`gatehouse:doctor:${randomUUID()}`, changesChannel(redis)]
  const subscription = connectSubscription(url, 0)
  subscription.on('error', () => {})
  const stop = new AbortController()
  const tooLate = wait(milliseconds, undefined, { signal: stop.signal }).then(() => { throw new Error(`no word in ${milliseconds / 1000} s`) })
  tooLate.catch(() => {})
  try {
    await Promise.race([once(subscription, 'ready'), tooLate])
    await Promise.race([subscription.subscribe(channel), tooLate])
    const trips: number[] = []
    for (let word = 0; word < words; word++) {
      const begun = performance.now()
      await Promise.race([Promise.all([redis.publish(channel, 'hello'), once(subscription, 'message')]), tooLate])
      trips.push(performance.now() - begun)
    }
    await Promise.race([subscription.subscribe(changes), tooLate])
    const [, count] = await redis.call('PUBSUB', 'NUMSUB', changes) as [string, number]
    return { roundTrip: Math.ceil(Math.min(...trips)), listeners: Math.max(0, Number(count) - 1) }
  } catch (error) {
    return { roundTrip: (error as Error).message, listeners: 0 }
  } finally {
    stop.abort()
    subscription.disconnect()
  }
}
