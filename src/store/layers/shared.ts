import { crc32 } from 'node:zlib'
import type { RedisClient } from '../redis.js'
import type { Versioned } from './local.js'

// KEYS[1] the copy · ARGV[1] its version · ARGV[2] the copy and the sum · ARGV[3] milliseconds to keep it
// ARGV[4] the channel to tell, or nothing · ARGV[5] what to tell it
// An older version never takes the place of a newer one; an ending counts as the newest. A Redis that takes no writes, full or
// read-only, passes the word on all the same.
const put = `
local held = redis.call('get', KEYS[1])
local version = tonumber(ARGV[1])
local kept = 1
if not held or tonumber(string.match(held, '^%d+')) < version then
  kept = redis.pcall('set', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
end
if ARGV[4] ~= '' then redis.call('publish', ARGV[4], ARGV[5]) end
return kept
`

const endedMark = 'ended'
/** Above every version a row can have (integer), so that no late write undoes an ending. */
export const endedVersion = 4294967296

export interface SharedWriter extends Record<'gatehousePut', (
  key: string, version: number, value: string, milliseconds: number, channel: string, message: string
) => Promise<unknown>> {}

export interface Codec<T> {
  kind: string
  encode: (copy: T) => string
  decode: (line: string, version: number) => T | undefined
  milliseconds: number
}

export type SharedCopies<T extends Versioned> = ReturnType<typeof createSharedCopies<T>>

const sumOf = (text: string) => crc32(text).toString(36)

/** The copies in Redis, one key each: its version, the copy and the sum of both; or the word `ended` for the latter two. */
export function createSharedCopies<T extends Versioned> (redis: RedisClient, { kind, encode, decode, milliseconds }: Codec<T>) {
  redis.defineCommand('gatehousePut', { numberOfKeys: 1, lua: put })
  const writer = redis as unknown as SharedWriter
  const keyOf = (id: string) => `gatehouse:${kind}:${id}`

  return {
    async get (id: string): Promise<T | 'ended' | undefined> {
      const found = await redis.get(keyOf(id))
      if (found === null) return undefined
      const space = found.indexOf(' ')
      if (found.slice(space + 1) === endedMark) return 'ended'

      // What arrives otherwise than it was written is as if it were not there.
      const end = found.lastIndexOf(' ')
      if (found.slice(end + 1) !== sumOf(found.slice(0, end))) return undefined
      // A reply is compared with the question: through a shared connection a client once got another's data.
      const copy = decode(found.slice(space + 1, end), Number(found.slice(0, space)))
      return copy?.id === id ? copy : undefined
    },

    async put (copy: T, channel = '', message = '') {
      const line = encode(copy)
      await writer.gatehousePut(keyOf(copy.id), copy.version, `${line} ${sumOf(`${copy.version} ${line}`)}`, milliseconds, channel, message)
    },

    async end (id: string, channel = '', message = '') {
      await writer.gatehousePut(keyOf(id), endedVersion, endedMark, milliseconds, channel, message)
    }
  }
}
