import { randomUUID } from 'node:crypto'
import { monotonic } from '../lib/monotonic.js'
import { seal, unseal } from '../lib/sealed.js'
import type { Trust } from './layers/trust.js'
import { connectSubscription, databaseOf, type RedisClient } from './redis.js'

/** Redis gives each database its own keys, but one set of channels to all: without the number, strangers would hear each other. */
const channel = (redis: RedisClient, name: string) => `gatehouse:${databaseOf(redis)}:${name}`

export const changesChannel = (redis: RedisClient) => channel(redis, 'changes')
/** Where processes without Postgres ask the nodes to vouch for Redis. */
export const questionsChannel = (redis: RedisClient) => channel(redis, 'questions')

/** What a node tells such processes, once it has asked Postgres and put right in Redis what it found. */
export interface Vouching {
  /** What it was asked before it asked Postgres. */
  questions: string[]
  everyoneMicros: number | undefined
  /** The access keys that it accepts. */
  kids: string[]
}

/** What one node tells the others, as it goes over the wire. */
export const changeMessage = {
  session: (id: string, version: number) => seal(`session ${id} ${version}`),
  /** `at` is when their end was committed, in milliseconds of the database's clock. */
  ended: (ids: string[], at?: number) => seal(`ended ${ids.join(' ')}${at === undefined ? '' : ` @${Math.round(at)}`}`),
  user: (id: string, version: number) => seal(`user ${id} ${version}`),
  everyone: (micros: number) => seal(`everyone ${micros}`),
  vouched: ({ questions, everyoneMicros, kids }: Vouching) => seal(`vouched ${everyoneMicros ?? '-'} ${kids.join(',')} ${questions.join(' ')}`)
}

export interface ChangeListener {
  session: (id: string, version: number) => void
  ended: (ids: string[], at?: number) => void
  user: (id: string, version: number) => void
  everyone: (micros: number) => void
  /** Messages may have been missed. */
  gap: () => void
  /** Somebody asks this node to vouch for Redis. */
  asked?: (question: string) => void
  /** Some node has vouched; `trust` knows. */
  vouched?: (vouching: Vouching) => void
}

interface Options { url: string, redis: RedisClient, trust: Trust, listener: ChangeListener, log: { warn: (details: object, message: string) => void } }

const beatMilliseconds = 500
/** Twice as often, since an answer takes as long as a node's next sweep. */
const questionMilliseconds = 250
const silenceMilliseconds = 2000
/** Between the last beat that was heard and one that Redis has passed on: with less, the latter may just be on its way. */
const lostMilliseconds = 400
const retryMilliseconds = 200

export type Changes = ReturnType<typeof subscribeToChanges>

/**
 * Listens to what other nodes change, with a heartbeat of its own through the same subscription: what was told before a beat
 * was sent has arrived when the beat does. A lost or silent subscription is made anew, and its listener told of the gap.
 */
export function subscribeToChanges ({ url, redis, trust, listener, log }: Options) {
  const name = randomUUID()
  const [changesHere, questionsHere, beatsHere] = [changesChannel(redis), questionsChannel(redis), channel(redis, `beat:${name}`)]
  const greeting = `here ${name}`
  const asks = listener.vouched !== undefined
  let subscription: ReturnType<typeof connectSubscription> | undefined
  let subscribedAt = Infinity
  let heardAt = -Infinity
  let passedOnAt = -Infinity
  // This subscription has heard a word of this node's own through the channel of changes.
  let greeted = false
  let attempt = 0
  let closed = false

  function open () {
    if (closed) return
    const connection = connectSubscription(url, attempt++)
    subscription = connection
    greeted = false
    connection.on('error', (error) => {
      log.warn({ error: error.message }, 'the subscription to Redis failed')
      connection.disconnect()
    })
    // As bytes: ioredis (6.0.0) throws past everybody when it makes a text of a message that was cut short.
    connection.on('messageBuffer', (told: Buffer | undefined, message: Buffer | undefined) => hear(String(told), unseal(String(message))))
    connection.once('end', () => lose(connection))
    connection.once('ready', () => {
      connection.subscribe(changesHere, beatsHere, ...(listener.asked === undefined ? [] : [questionsHere])).then(() => {
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
    if (stood && !closed) listener.gap()
    if (!closed) retry = setTimeout(open, retryMilliseconds)
  }

  function hear (told: string, message: string | undefined) {
    // What arrives otherwise than it was told may have been word of anything.
    if (message === undefined) listener.gap()
    else if (told === beatsHere) hearBeat(Number(message))
    else if (told === questionsHere) listener.asked?.(message)
    else if (message === greeting) greeted = true
    else hearChange(message)
  }

  // A beat that was sent before this subscription stood, or lay in a frozen process' buffer, is as old as its sending. It proves nothing
  // where the channel of changes is not heard: its name may have reached Redis otherwise than it was sent.
  function hearBeat (sentAt: number) {
    if (!greeted || !isOurs(sentAt)) return
    heardAt = sentAt
    trust.heard(sentAt)
  }

  const isOurs = (sentAt: number) => sentAt >= subscribedAt && sentAt <= monotonic()

  // A question is as old as its asking, whenever the answer comes: the sweep that it tells of began after that.
  function hearVouching ([everyone, kids = '', ...questions]: string[]) {
    const sentAt = Number(questions.find((question) => question.startsWith(name))?.slice(name.length + 1))
    if (!isOurs(sentAt)) return
    listener.vouched?.({ questions, everyoneMicros: everyone === '-' ? undefined : Number(everyone), kids: kids.split(',') })
    trust.swept(sentAt)
  }

  function hearChange (message: string) {
    const [kind, ...words] = message.split(' ')
    const [id = '', number] = words
    if (kind === 'session') listener.session(id, Number(number))
    if (kind === 'ended') hearEnded(words)
    if (kind === 'user') listener.user(id, Number(number))
    if (kind === 'everyone') listener.everyone(Number(id))
    if (kind === 'vouched' && asks) hearVouching(words)
  }

  // The moment stands last and looks like no id: nodes of a version that knows none take it for one that nobody has.
  function hearEnded (words: string[]) {
    const [, moment] = /^@(\d+)$/.exec(words.at(-1) ?? '') ?? []
    if (moment === undefined) listener.ended(words)
    else listener.ended(words.slice(0, -1), Number(moment))
  }

  // Redis passes a beat on before it says so: one that is not heard is lost here, and whatever else was told may be.
  function beat () {
    const now = monotonic()
    const since = Math.max(heardAt, subscribedAt)
    if (passedOnAt - since > lostMilliseconds || now - since > silenceMilliseconds) subscription?.disconnect()
    if (!greeted) redis.publish(changesHere, seal(greeting)).catch(() => {})
    redis.publish(beatsHere, seal(String(now))).then(() => { passedOnAt = now }, () => {})
    if (asks) redis.publish(questionsHere, seal(`${name}@${now}`)).catch(() => {})
  }

  let retry: NodeJS.Timeout | undefined
  // After what has arrived is read: a process that was busy does not take its own delay for a silence.
  const beating = setInterval(() => setImmediate(beat), asks ? questionMilliseconds : beatMilliseconds)
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
