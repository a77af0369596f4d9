/** The settings of an argon2id hash in PHC string form. */
export interface Argon2Settings { memoryKib: number, passes: number }

const form = /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,128}$/
const bounds = { memoryKib: 1048576, passes: 16, lanes: 8 }

/**
 * Reads the settings of a stored hash before it is run; undefined when it is none of ours or asks for more than is sane:
 * a row saying `m=4294967295` would have the process killed.
 */
export function readPhc (hash: string): Argon2Settings | undefined {
  const [, memoryKib, passes, lanes] = form.exec(hash)?.map(Number) ?? []
  if (memoryKib === undefined || passes === undefined || lanes === undefined) return undefined
  if (memoryKib < 8 * lanes || memoryKib > bounds.memoryKib) return undefined
  if (passes < 1 || passes > bounds.passes || lanes < 1 || lanes > bounds.lanes) return undefined
  return { memoryKib, passes }
}
