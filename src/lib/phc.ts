import { randomBytes } from 'node:crypto'

/** The settings of an argon2 hash in PHC string form. */
export interface Argon2Settings { variant: string, memoryKib: number, passes: number }

const form = /^\$(argon2(?:id|i|d))\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,128})$/
/** What all passes may go over, in KiB: about two seconds of one thread. */
export const mostArgon2Kib = 4 * 1048576

const bounds = { memoryKib: 1048576, passes: 16, lanes: 8 }

/** Whether this is an argon2 hash, whatever it asks for. */
export function isArgon2 (hash: string): boolean {
  const [, , memoryKib, , lanes, ...texts] = form.exec(hash) ?? []
  return Number(memoryKib) >= 8 * Number(lanes) && texts.every(isBase64)
}

/**
 * Reads the settings of a stored hash before it is run; undefined when it is no argon2 or asks for more than is sane:
 * a row saying `m=4294967295` would have the process killed.
 */
export function readPhc (hash: string): Argon2Settings | undefined {
  const [, variant = '', ...parts] = form.exec(hash) ?? []
  const [memoryKib, passes, lanes] = parts.slice(0, 3).map(Number)
  if (memoryKib === undefined || passes === undefined || lanes === undefined || !parts.slice(3).every(isBase64)) return undefined
  if (memoryKib < 8 * lanes || memoryKib > bounds.memoryKib) return undefined
  if (passes < 1 || passes > bounds.passes || memoryKib * passes > mostArgon2Kib || lanes < 1 || lanes > bounds.lanes) return undefined
  return { variant, memoryKib, passes }
}

const isBase64 = (text: string) => Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text

/** A hash that nobody knows a password of: its salt and its output are random. */
export function decoyHash (memoryKib: number, passes: number): string {
  const [salt, output] = [16, 32].map((bytes) => randomBytes(bytes).toString('base64').replace(/=+$/, ''))
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${salt}$${output}`
}
