import type { Redis } from 'ioredis'

// What may stand in a line by which Redis says what comes (RESP3); of those that a body follows, its length.
const line = /^(?:[+-][^\r\n]*|[:(][+-]?\d+|,[-+.\deinfa]+|#[tf]|_|\$-1|[*>~%|](?:-1|\d{1,6})|[$!=](\d{1,9}))\r$/i

/** Tells of each chunk of what Redis answers whether it is framed as it must be, with what came before it. */
export function createFrames (): (chunk: Buffer) => boolean {
  let begun = ''
  let body = 0
  let ends = false

  function readLine (text: string): boolean {
    if (ends) {
      ends = false
      return text === '\r'
    }
    const found = line.exec(text)
    if (found?.[1] !== undefined) {
      body = Number(found[1])
      ends = true
    }
    return found !== null
  }

  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      const taken = Math.min(body, chunk.length - at)
      body -= taken
      at += taken
      if (at === chunk.length) return true

      const end = chunk.indexOf('\n', at)
      begun += chunk.toString('latin1', at, end === -1 ? undefined : end)
      if (end === -1) return true
      if (!readLine(begun)) return false
      begun = ''
      at = end + 1
    }
    return true
  }
}

/**
 * Gives a connection up that answers in no frames of the protocol. ioredis (6.0.0) believes every length: by one that a flipped bit made
 * negative it goes back to what it has read, for ever, and the whole process with it.
 */
export function refuseBadFrames (redis: Redis) {
  // Told a tick later: the listener of ioredis stands already, and this one comes before it.
  redis.on('connect', () => {
    const { stream } = redis
    const areGood = createFrames()
    stream.prependListener('data', (chunk: Buffer) => {
      if (areGood(chunk)) return
      // It is read all the same, and this is the beginning of nothing.
      chunk.fill(0)
      stream.destroy(new Error('what Redis answered is no RESP'))
    })
  })
}
