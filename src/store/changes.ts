import { randomUUID } from 'node:crypto'
import { monotonic } from '../lib/monotonic.js'
import type { Trust } from './layers/trust.js'
import { connectSubscription, type RedisClient } from './redis.js'

export const changesChannel = 'gatehouse:changes'

/** What one node tells the others, as it goes over the wire. */
export const changeMessage = {
  session: (id: string, version: number) => `session ${id} ${version}`,
  ended: (ids: string[]) => `ended ${ids.join(' ')}`,
  user: (id: string, version: number) => `user ${id} ${version}`,
  everyone: (micros: number) => `everyone ${micros}`
}

export interface ChangeListener {
  session: (id: string, version: number) => void
  ended: (ids: string[]) => void
  user: (id: string, version: number) => void
  everyone: (micros: number) => void
  /** Messages may have been missed. */
  gap: () => void
}

interface Options { url: string, redis: RedisClient, trust: Trust, listener: ChangeListener, log: { warn: (details: object, message: string) => void } }

const beatMilliseconds = 500
const silenceMilliseconds = 2000
const retryMilliseconds = 200

export type Changes = ReturnType<typeof subscribeToChanges>

/**
 * Listens to what other nodes change, with a heartbeat of its own through the same subscription: what was told before a beat
 * was sent has arrived when the beat does. A lost or silent subscription is made anew, and its listener told of the gap.
 */
export function subscribeToChanges ({ url, redis, trust, listener, log }: Options) {
  const beatChannel = `gatehouse:beat:${randomUUID()}`
  let subscription: ReturnType<typeof connectSubscription> | undefined
  let subscribedAt = Infinity
  let heardAt = -Infinity
  let attempt = 0
  let closed = false

  function open () {
    if (closed) return
    const connection = connectSubscription(url, attempt++)
    subscription = connection
    connection.on('error', (error) => log.warn({ error: error.message }, 'the subscription to Redis failed'))
    connection.on('message', (channel, message) => channel === beatChannel ? hearBeat(Number(message)) : hearChange(message))
    connection.once('end', () => lose(connection))
    connection.once('ready', () => {
      connection.subscribe(changesChannel, beatChannel).then(() => {
        subscribedAt = monotonic()
        // What was read while nobody listened may have changed unheard.
        listener.gap()
        beat()
      }, () => connection.disconnect())
    })
  }

  function lose (connection: typeof subscription) {
    if (subscription !== connection) return
    const stood = subscribedAt !== Infinity
    // It still listens to the sentinels.
    connection?.disconnect()
    subscription = undefined
    subscribedAt = Infinity
    trust.silenced()
    // An attempt that never stood loses nothing: the gap is open since the last one that did.
    if (stood) listener.gap()
    if (!closed) retry = setTimeout(open, retryMilliseconds)
  }

  // A beat that was sent before this subscription stood, or lay in a frozen process' buffer, is as old as its sending.
  function hearBeat (sentAt: number) {
    // One that arrives otherwise than it was sent says nothing: it would be believed for ever.
    if (!(sentAt >= subscribedAt && sentAt <= monotonic())) return
    heardAt = sentAt
    trust.heard(sentAt)
  }

  function hearChange (message: string) {
    const [kind, ...words] = message.split(' ')
    const [id = '', number] = words
    if (kind === 'session') listener.session(id, Number(number))
    if (kind === 'ended') listener.ended(words)
    if (kind === 'user') listener.user(id, Number(number))
    if (kind === 'everyone') listener.everyone(Number(id))
  }

  function beat () {
    const now = monotonic()
    if (now - Math.max(heardAt, subscribedAt) > silenceMilliseconds) subscription?.disconnect()
    redis.publish(beatChannel, String(now)).catch(() => {})
  }

  let retry: NodeJS.Timeout | undefined
  const beating = setInterval(beat, beatMilliseconds)
  open()

  return {
    close () {
      closed = true
      clearInterval(beating)
      clearTimeout(retry)
      subscription?.disconnect()
    }
  }
}
