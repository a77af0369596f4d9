import type { Failure } from './error.js'
import { platform } from './platform.js'

/** What may be heard of: somebody signed in, or out, or something of the account changed. */
export type NewsType = 'signedIn' | 'signedOut' | 'changed'

export interface News {
  type: NewsType
  /** Whether this client brought it about; otherwise another tab did. */
  here: boolean
}

/** How a turn at the tokens came out, and when, in milliseconds since 1970. */
export type Outcome = { at: number } & (
  | { type: 'signedIn' | 'signedOut' | 'refreshed' }
  /** Nobody need try again before `until`. */
  | { type: 'later', until: number, failure: Failure }
)

type Word = Outcome | { type: 'changed', at: number }

/** The news between this client, its listeners and, under a name, the clients of other tabs. */
export function createNews (name: string | undefined, signedIn: boolean | undefined) {
  const listeners = new EventTarget()
  // In Node a channel would keep the process running, and there are no tabs.
  const Channel = name === undefined || platform.location === undefined ? undefined : platform.BroadcastChannel
  let channel = Channel && new Channel(String(name))
  let latest: Outcome | undefined

  function hear (word: Word, here: boolean) {
    const { type } = word
    const was = signedIn
    if (type !== 'changed') {
      // Messages of several tabs come in any order.
      if (latest !== undefined && word.at < latest.at) return
      latest = word
    }
    if (type === 'signedIn' || type === 'refreshed') signedIn = true
    if (type === 'signedOut') signedIn = false

    // That nobody is signed in is no news where nobody was: pages that reload on it would do so for ever.
    if (type === 'signedIn' || type === 'changed' || (type === 'signedOut' && was === true)) {
      listeners.dispatchEvent(new CustomEvent(type, { detail: { type, here } }))
    }
  }

  channel?.addEventListener('message', ({ data }) => hear(data as Word, false))

  // Who had no network need not wait once there is one.
  const forget = () => {
    if (latest?.type === 'later' && latest.failure.status === 0) latest = undefined
  }
  if (channel !== undefined) platform.addEventListener?.('online', forget)

  return {
    tell (word: Word) {
      channel?.postMessage(word)
      hear(word, true)
    },
    /** An answer was given to somebody who is signed in. */
    see () { signedIn = true },
    signedIn: () => signedIn,
    latest: () => latest,
    on (type: NewsType, listener: (news: News) => void) {
      const call = (event: Event) => listener((event as CustomEvent<News>).detail)
      listeners.addEventListener(type, call)
      return () => listeners.removeEventListener(type, call)
    },
    close () {
      channel?.close()
      channel = undefined
      platform.removeEventListener?.('online', forget)
    }
  }
}
