import { seal, unseal } from '../../lib/sealed.js'
import type { RedisClient } from '../redis.js'
import type { Versioned } from './local.js'

// KEYS[1] the copy · ARGV[1] its version · ARGV[2] what is held, which begins with it · ARGV[3] milliseconds to keep it
// ARGV[4] the channel to tell, or nothing · ARGV[5] what to tell it
// An older version never takes the place of a newer one; an ending counts as the newest. A Redis that takes no writes, full or
// read-only, passes the word on all the same.
const put = `
local held = redis.call('get', KEYS[1])
local version = tonumber(ARGV[1])
local kept = 1
if (tonumber(string.match(held or '', '^%d+')) or -1) < version then
  kept = redis.pcall('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
if ARGV[4] ~= '' then redis.call('publish', ARGV[4], ARGV[5]) end
return kept
`

const ended = 'ended '
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

/** The copies in Redis, one key each: its version and the copy, or the word `ended` and the id; sealed. */
export function createSharedCopies<T extends Versioned> (redis: RedisClient, { kind, encode, decode, milliseconds }: Codec<T>) {
  redis.defineCommand('gatehousePut', { numberOfKeys: 1, lua: put })
  const writer = redis as unknown as SharedWriter
  const keyOf = (id: string) => `gatehouse:${kind}:${id}`
  const write = async (id: string, version: number, line: string, channel: string, message: string) =>
    await writer.gatehousePut(keyOf(id), version, seal(`${version} ${line}`), milliseconds, channel, message)

  return {
    async get (id: string): Promise<T | 'ended' | undefined> {
      // What arrives otherwise than it was written is as if it were not there.
      const held = unseal(await redis.get(keyOf(id)) ?? '')
      if (held === undefined) return undefined
      const space = held.indexOf(' ')
      const line = held.slice(space + 1)
      // An answer is compared with the question: through a shared connection a client once got another's data.
      if (line.startsWith(ended)) return line.slice(ended.length) === id ? 'ended' : undefined
      const copy = decode(line, Number(held.slice(0, space)))
      return copy?.id === id ? copy : undefined
    },

    async put (copy: T, channel = '', message = '') {
      await write(copy.id, copy.version, encode(copy), channel, message)
    },

    async end (id: string, channel = '', message = '') {
      await write(id, endedVersion, ended + id, channel, message)
    }
  }
}
