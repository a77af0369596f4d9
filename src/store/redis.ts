import { once } from 'node:events'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { readRedisUrl, type RedisHost } from '../lib/redis-url.js'
import { giveUpAfter } from './give-up.js'
import { keepInStep } from './in-step.js'
import { refuseBadFrames } from './resp-frames.js'
import type { Trust } from './layers/trust.js'

export type RedisClient = Redis | Cluster

type Options = Omit<RedisOptions, 'replyMapping'>

export const connectMilliseconds = 500
export const commandMilliseconds = 100
const silentMilliseconds = 1000

const reconnectMilliseconds = (times: number) => Math.min(50 * times, 500)

// Nothing waits for a Redis that is away: a copy that cannot be asked at once is passed over.
const options: Options = {
  connectTimeout: connectMilliseconds,
  disconnectTimeout: commandMilliseconds,
  sentinelCommandTimeout: connectMilliseconds,
  // A connection whose other end is gone without a word would never be made anew.
  socketTimeout: silentMilliseconds,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: true,
  retryStrategy: reconnectMilliseconds
}

/** Connects to one server, through Sentinel or to a Cluster. A command is given up after `commandTimeout` milliseconds. */
export function connectRedis (url: string, { commandTimeout = commandMilliseconds } = {}): RedisClient {
  const { form, hosts, account, sentinelAccount, master, db } = readRedisUrl(url)
  const watchOver = (redis: Redis) => {
    giveUpAfter(redis, commandTimeout)
    refuseBadFrames(redis)
    keepInStep(redis)
  }
  if (form === 'cluster') {
    const cluster = new Cluster(hosts, {
      redisOptions: { ...options, ...account },
      enableOfflineQueue: false,
      // A command that was sent to the wrong node is passed over: the one it is sent on to may be new, and not trusted yet.
      maxRedirections: 0,
      slotsRefreshTimeout: 1000,
      slotsRefreshInterval: 1000,
      // Names, not the addresses they stand for, are what a certificate is made out to.
      dnsLookup: (host, found) => found(null, host),
      clusterRetryStrategy: reconnectMilliseconds
    })
    cluster.on('+node', watchOver)
    return cluster
  }
  // No failover detector (ioredis 6.0.0): word of a failover that comes while it reconnects would end it for good.
  const redis = new Redis(form === 'sentinel'
    ? { ...options, ...account, db, ...sentinelOf(hosts, master, account), ...sentinelAccount }
    : { ...options, ...account, db, ...hosts[0] as RedisHost })
  watchOver(redis)
  return redis
}

/** The number of the database that its keys lie in; a cluster has one only. */
export const databaseOf = (redis: RedisClient): number => redis instanceof Cluster ? 0 : redis.options.db ?? 0

/** Until it is connected; one that stays away is not waited for longer than that. Gives whether it is. */
export async function untilReady (redis: RedisClient, milliseconds: number): Promise<boolean> {
  const giveUp = AbortSignal.timeout(milliseconds)
  while (redis.status !== 'ready' && !giveUp.aborted) await once(redis, 'ready', { signal: giveUp }).catch(() => {})
  return redis.status === 'ready'
}

/**
 * Tells of each connection that copies will be read through. A cluster stays ready while one of its masters comes back with
 * the past, or gives way to a replica that is behind.
 */
export function watchConnections (redis: RedisClient, { connected, disconnected }: Pick<Trust, 'connected' | 'disconnected'>) {
  // It may have been connected while others were loaded.
  if (redis.status === 'ready') connected()
  redis.on('ready', connected)
  redis.on('close', disconnected)
  if (!(redis instanceof Cluster)) return

  let masters: Redis[] = []
  const meet = () => {
    const known = masters
    masters = redis.nodes('master')
    for (const node of masters) {
      if (known.includes(node)) continue
      connected()
      node.once('ready', connected)
      // At once, and not by the first command: what is known since then holds for this connection. A node that is still
      // connecting takes no commands, and that of ioredis (6.0.0), which asks whether all is well, comes first.
      queueMicrotask(() => { if (node.status === 'wait') node.connect().catch(() => {}) })
    }
  }
  redis.on('refresh', meet)
  meet()
}

/**
 * One connection for a subscription, which does not come back by itself: whoever lost it has to know. In a cluster any node
 * will do, since each passes every message on; `attempt` picks the next one.
 */
export function connectSubscription (url: string, attempt: number): Redis {
  const { form, hosts, account, sentinelAccount, master, db } = readRedisUrl(url)
  const once: Options = { ...options, ...account, commandTimeout: silentMilliseconds, enableAutoPipelining: false, retryStrategy: () => null }
  const subscription = new Redis(form === 'sentinel'
    ? { ...once, db, ...sentinelOf(hosts, master, account), ...sentinelAccount, failoverDetector: true }
    : { ...once, db, ...hosts[attempt % hosts.length] as RedisHost })
  refuseBadFrames(subscription, { subscribes: true })
  return subscription
}

const sentinelOf = (sentinels: RedisHost[], name: string, { tls }: Options): Options => ({
  name,
  sentinels,
  sentinelRetryStrategy: reconnectMilliseconds,
  ...(tls ? { sentinelTLS: tls, enableTLSForSentinelMode: true } : {})
})
