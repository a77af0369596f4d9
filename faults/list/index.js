import bothStores from './both-stores.js'
import clocksApart from './clocks-apart.js'
import clusterFailover from './cluster-failover.js'
import loginFlood from './login-flood.js'
import malformedInput from './malformed-input.js'
import nodeFrozen from './node-frozen.js'
import nodeKilled from './node-killed.js'
import nodeStopped from './node-stopped.js'
import poolsOfOne from './pools-of-one.js'
import postgresBlackholed from './postgres-blackholed.js'
import postgresDiskFull from './postgres-disk-full.js'
import postgresFrozen from './postgres-frozen.js'
import postgresHalfOpen from './postgres-half-open.js'
import postgresKilled from './postgres-killed.js'
import postgresSlow from './postgres-slow.js'
import redisBlackholed from './redis-blackholed.js'
import redisDiskFull from './redis-disk-full.js'
import redisEmptied from './redis-emptied.js'
import redisEvicting from './redis-evicting.js'
import redisFrozen from './redis-frozen.js'
import redisGarbled from './redis-garbled.js'
import redisHalfOpen from './redis-half-open.js'
import redisKilled from './redis-killed.js'
import redisReadOnly from './redis-read-only.js'
import redisSlow from './redis-slow.js'
import redisYesterday from './redis-yesterday.js'
import sentinelFailover from './sentinel-failover.js'
import slowClients from './slow-clients.js'
import subscriptionBlackholed from './subscription-blackholed.js'
import subscriptionCut from './subscription-cut.js'
import tablesLocked from './tables-locked.js'

export const storeFaults = [
  redisKilled,
  redisEmptied,
  redisYesterday,
  redisFrozen,
  redisHalfOpen,
  redisBlackholed,
  redisSlow,
  redisGarbled,
  redisEvicting,
  redisReadOnly,
  redisDiskFull,
  subscriptionCut,
  subscriptionBlackholed,
  sentinelFailover,
  clusterFailover,
  postgresKilled,
  postgresFrozen,
  postgresSlow,
  postgresBlackholed,
  postgresHalfOpen,
  tablesLocked,
  postgresDiskFull,
  bothStores
]

export const nodeFaults = [
  nodeKilled,
  nodeFrozen,
  nodeStopped,
  malformedInput,
  slowClients,
  poolsOfOne,
  clocksApart,
  loginFlood
]

/** Every fault, in the order in which they are played. */
export const faults = [...storeFaults, ...nodeFaults]
