/** The settings of an argon2id hash in PHC string form. */
export interface Argon2Settings { memoryKib: number, passes: number }

const form = /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,128})$/
const bounds = { memoryKib: 1048576, passes: 16, lanes: 8 }

/**
 * Reads the settings of a stored hash before it is run; undefined when it is none of ours or asks for more than is sane:
 * a row saying `m=4294967295` would have the process killed.
 */
export function readPhc (hash: string): Argon2Settings | undefined {
  const [, ...parts] = form.exec(hash) ?? []
  const [memoryKib, passes, lanes] = parts.slice(0, 3).map(Number)
  if (memoryKib === undefined || passes === undefined || lanes === undefined || !parts.slice(3).every(isBase64)) return undefined
  if (memoryKib < 8 * lanes || memoryKib > bounds.memoryKib) return undefined
  if (passes < 1 || passes > bounds.passes || lanes < 1 || lanes > bounds.lanes) return undefined
  return { memoryKib, passes }
}

const isBase64 = (text: string) => Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text
