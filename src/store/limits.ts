import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Busy } from '../errors.js'
import { attempt, type Attempts, type Policy } from '../lib/attempts.js'
import { monotonic } from '../lib/monotonic.js'
import { commandMilliseconds, type RedisClient } from './redis.js'

// The same rule as `attempt` in lib/attempts.ts, by the clock of Redis, which all nodes share.
// KEYS[1] the count · ARGV[1] free attempts · ARGV[2] window · ARGV[3] first wait · ARGV[4] longest wait (milliseconds)
// Gives the milliseconds to wait, zero when the attempt may be made.
const attemptScript = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count, refused = unpack(redis.call('hmget', KEYS[1], 'count', 'refused'))
if refused and now < tonumber(refused) then return tonumber(refused) - now end

count = (tonumber(count) or 0) + 1
local free, window, first, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local left = redis.call('pttl', KEYS[1])
if left < 0 then left = window end
local wait = 0
if first == 0 and count >= free then wait = left end
if first > 0 and count >= free then wait = math.min(first * 2 ^ math.min(count - free, 40), longest) end
redis.call('hset', KEYS[1], 'count', count, 'refused', string.format('%.0f', now + wait))
redis.call('pexpire', KEYS[1], string.format('%.0f', first == 0 and left or wait + window))
return 0
`

// KEYS[1] the count: one attempt of it turns out not to count.
const refundScript = `
local count = redis.call('hget', KEYS[1], 'count')
if count and tonumber(count) > 0 then redis.call('hset', KEYS[1], 'count', tonumber(count) - 1, 'refused', 0) end
return 0
`

interface Scripts {
  gatehouseAttempt: (key: string, free: number, window: number, first: number, longest: number) => Promise<number>
  gatehouseRefund: (key: string) => Promise<number>
}

const remembered = 50_000
const knownMilliseconds = 90 * 86_400_000
/** A time-out that comes so much later than it is due tells of this process, which was too busy to hear the answer. */
const lateMilliseconds = 50

export type LimitsStore = ReturnType<typeof createLimitsStore>

/** Counts of attempts, in Redis when there is one and it answers, in this process else. Keys are hashed: no address is kept in the clear. */
export function createLimitsStore (redis: RedisClient | undefined, now: () => number) {
  redis?.defineCommand('gatehouseAttempt', { numberOfKeys: 1, lua: attemptScript })
  redis?.defineCommand('gatehouseRefund', { numberOfKeys: 1, lua: refundScript })
  const scripts = redis as unknown as Scripts | undefined
  const counts = new LRUCache<string, Attempts>({ max: remembered })
  const known = new LRUCache<string, true>({ max: remembered, ttl: knownMilliseconds })

  const keyOf = (kind: string, parts: string[]) =>
    `gatehouse:limit:${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}`

  /** Redis' answer, or this process' own while Redis does not answer. */
  const either = async <T>(shared: ((scripts: Scripts) => Promise<T>), own: () => T): Promise<T> =>
    scripts === undefined ? own() : await shared(scripts).catch(own)

  const countHere = (policy: Policy, key: string): number => {
    const { wait, after } = attempt(counts.get(key), now(), policy)
    if (after !== undefined) counts.set(key, after)
    return wait
  }

  // What Redis lets through counts here too: should it go away, this process does not begin anew.
  const countThere = async (scripts: Scripts, policy: Policy, key: string): Promise<number> => {
    const wait = await scripts.gatehouseAttempt(key, policy.free, policy.window, policy.firstWait, policy.longestWait)
    if (wait === 0) countHere(policy, key)
    return wait
  }

  return {
    /** Milliseconds to wait before the attempt may be made; zero when it may, and is counted. */
    async attempt (policy: Policy, ...parts: string[]): Promise<number> {
      const key = keyOf(policy.name, parts)
      return await either(async (scripts) => await countThere(scripts, policy, key), () => countHere(policy, key))
    },

    /** The same for a guess at a password, of which none may pass uncounted because there are too many. @throws Busy */
    async guess (policy: Policy, ...parts: string[]): Promise<number> {
      const key = keyOf(policy.name, parts)
      const begun = monotonic()
      return await either(async (scripts) => await countThere(scripts, policy, key), () => {
        if (scripts !== undefined && monotonic() - begun > commandMilliseconds + lateMilliseconds) throw new Busy()
        return countHere(policy, key)
      })
    },

    /** Takes one counted attempt back. */
    async refund (policy: Policy, ...parts: string[]) {
      const key = keyOf(policy.name, parts)
      const count = counts.get(key)
      if (count !== undefined && count.count > 0) counts.set(key, { ...count, count: count.count - 1, refusedUntil: 0 })
      await scripts?.gatehouseRefund(key).catch(() => {})
    },

    async forget (policy: Policy, ...parts: string[]) {
      const key = keyOf(policy.name, parts)
      counts.delete(key)
      await redis?.del(key).catch(() => {})
    },

    /** Remembers that an account has signed in from an address. */
    async rememberKnown (...parts: string[]) {
      const key = keyOf('known', parts)
      known.set(key, true)
      await redis?.set(key, '1', 'PX', knownMilliseconds).catch(() => {})
    },

    async isKnown (...parts: string[]): Promise<boolean> {
      const key = keyOf('known', parts)
      if (known.has(key) || redis === undefined) return known.has(key)
      return await redis.exists(key).then((found) => found === 1, () => false)
    }
  }
}
