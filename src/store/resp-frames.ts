import type { Redis } from 'ioredis'

// What may stand in a line by which Redis says what comes (RESP3); of a text its length, of a list the number of its elements.
const line = /^(?:[+-][^\r\n]*|[:(][+-]?\d+|,[-+.\deinfa]+|#[tf]|_|[$*]-1|[$!=](?<bytes>\d{1,9})|[*>~%](?<elements>\d{1,6}))\r$/i

/** What a subscription is told, and how it is answered; or refused. */
const push = /^(?:>3\r$|[-!])/

/**
 * Tells of each chunk of what Redis answers whether it is framed as it must be, with what came before it. From the moment at which only
 * pushes are awaited, anything else but an error is wrong.
 */
export function createFrames () {
  let begun = ''
  let body = 0
  let ends = false
  let onlyPushes = false
  // How many elements are still to come, of each list that is within another.
  const open: number[] = []

  function isOver () {
    while (open.length > 0 && --open[open.length - 1]! === 0) open.pop()
    return true
  }

  function readLine (text: string): boolean {
    if (ends) {
      ends = false
      return text === '\r' && isOver()
    }
    if (onlyPushes && open.length === 0 && !push.test(text)) return false
    const { bytes, elements } = line.exec(text)?.groups ?? {}
    if (bytes !== undefined) {
      body = Number(bytes)
      ends = true
      return true
    }
    if (Number(elements) > 0) return open.push(Number(elements) * (text.startsWith('%') ? 2 : 1)) > 0
    return line.test(text) && isOver()
  }

  function areGood (chunk: Buffer): boolean {
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

  return { areGood, awaitPushes () { onlyPushes = true } }
}

/**
 * Gives a connection up that answers in no frames of the protocol, or, once it subscribes, in others than pushes and errors. ioredis (6.0.0)
 * believes them: by a length that a flipped bit made negative it goes back to what it has read, for ever, and where it awaits a push it
 * throws past everybody. Either takes the whole process with it.
 */
export function refuseBadFrames (redis: Redis, { subscribes = false } = {}) {
  // Told a tick later: the listener of ioredis stands already, and this one comes before it.
  redis.on('connect', () => {
    const { stream } = redis
    const frames = createFrames()
    // A Redis of before 6 knows none.
    if (subscribes) redis.prependOnceListener('ready', () => { if (redis.condition?.protocol === 3) frames.awaitPushes() })
    stream.prependListener('data', (chunk: Buffer) => {
      if (frames.areGood(chunk)) return
      // It is read all the same, and this is the beginning of nothing.
      chunk.fill(0)
      stream.destroy(new Error('what Redis answered is no RESP'))
    })
  })
}
