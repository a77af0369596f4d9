import { setTimeout as wait } from 'node:timers/promises'
import { Unavailable } from '../errors.js'
import { headerOf, importPublicKey, type Purpose, type VerifyingKey } from '../lib/keys.js'
import { monotonic } from '../lib/monotonic.js'

interface Options {
  url: string
  /** How far clocks may be apart. */
  toleranceSeconds: number
  log: { warn: (details: object, message: string) => void }
}

/** The key set is not fetched more often for a key that it lacks, nor after a failure. */
const cooldownMilliseconds = 1000
const answerMilliseconds = 2000
/** Within these, in seconds, the `max-age` of the answer counts. */
const [shortest, longest] = [5, 3600]
const usual = 300

export type PublishedKeys = ReturnType<typeof createPublishedKeys>

/** The access keys of the auth server, from its key set (RFC 7517): kept when it cannot be fetched anew. */
export function createPublishedKeys ({ url, toleranceSeconds, log }: Options) {
  let byHeader = new Map<string, VerifyingKey>()
  let version = 0
  let fetchedAt = -Infinity
  let fetchedSeconds = -Infinity
  let failedAt = -Infinity
  let fetching: Promise<boolean> | undefined
  let next: NodeJS.Timeout | undefined
  let closed = false

  function take (keys: VerifyingKey[]) {
    const before = byHeader
    byHeader = new Map(keys.map((key) => [key.header, key]))
    if ([...before.keys()].some((header) => !byHeader.has(header))) version++
  }

  async function fetchKeys () {
    const [begun, seconds] = [monotonic(), Date.now() / 1000]
    const response = await fetch(`${url}/.well-known/jwks.json`, { redirect: 'error', signal: AbortSignal.timeout(answerMilliseconds) })
    if (!response.ok) throw new Error(`the answer was ${response.status}`)
    const keys = await readKeySet(await response.json())
    if (keys.length === 0) throw new Error('it holds no key of ours')
    take(keys)
    fetchedAt = begun
    fetchedSeconds = seconds
    return maxAge(response.headers.get('cache-control'))
  }

  /** Whether that could be done; what was there is kept. Those that ask at once share one answer. */
  function refresh (): Promise<boolean> {
    fetching ??= fetchKeys()
      .then((seconds) => {
        plan(seconds * 1000)
        return true
      }, (error: Error) => {
        failedAt = monotonic()
        log.warn({ error: error.message }, 'the key set of the auth server cannot be fetched')
        plan(cooldownMilliseconds)
        return false
      })
      .finally(() => { fetching = undefined })
    return fetching
  }

  function plan (milliseconds: number) {
    clearTimeout(next)
    if (!closed) next = setTimeout(() => { void refresh() }, milliseconds).unref()
  }

  return {
    find: (purpose: Purpose, header: string): VerifyingKey | undefined => purpose === 'access' ? byHeader.get(header) : undefined,
    refresh,

    /**
     * Looks for the key that a token of this header names, issued at `iat` by its own word; whether there is anything new to judge by.
     * A key set that was fetched after that lacks no key that could have signed it. Who comes too soon after another waits.
     * @throws Unavailable when the key set cannot be fetched
     */
    async lookFor (header: string, iat: number): Promise<boolean> {
      if (!namesKey(header) || !(iat + 1 + toleranceSeconds > fetchedSeconds)) return false
      const came = monotonic()
      if (came - failedAt < cooldownMilliseconds) throw new Unavailable()
      await wait(Math.max(0, fetchedAt + cooldownMilliseconds - came))
      if (fetchedAt < came && !await refresh()) throw new Unavailable()
      return true
    },

    /** These, and no others, are accepted by a node now. What is not among them goes at once, also when the key set cannot be fetched. */
    async accepted (kids: string[]) {
      const ours = [...byHeader.values()]
      if (ours.length === kids.length && ours.every(({ kid }) => kids.includes(kid))) return
      if (ours.some(({ kid }) => !kids.includes(kid))) take(ours.filter(({ kid }) => kids.includes(kid)))
      await refresh()
    },

    /** Rises when a key is withdrawn. */
    version: () => version,

    close () {
      closed = true
      clearTimeout(next)
    }
  }
}

/** Whether a header is spelled as we spell it, whatever key it names. */
function namesKey (header: string): boolean {
  const [, kid] = /"kid":"([\w-]{43})"/.exec(Buffer.from(header, 'base64url').toString()) ?? []
  return kid !== undefined && headerOf('access', kid) === header
}

async function readKeySet (answer: unknown): Promise<VerifyingKey[]> {
  const { keys } = answer as { keys?: unknown }
  if (!Array.isArray(keys)) throw new Error('it is no key set')
  const read = await Promise.all(keys.map(readKey))
  return read.filter((key) => key !== undefined)
}

// A key that is not like ours, or does not bear the name that its numbers give it, is none of ours.
async function readKey (jwk: unknown): Promise<VerifyingKey | undefined> {
  const { kty, alg, use, kid, n, e } = (jwk ?? {}) as Record<string, unknown>
  if (kty !== 'RSA' || alg !== 'RS256' || use !== 'sig' || typeof n !== 'string' || typeof e !== 'string') return undefined
  const bits = Buffer.from(n, 'base64url').length * 8
  if (bits < 2048 || bits > 4096) return undefined
  const key = await importPublicKey('access', { n, e })
  return key.kid === kid ? key : undefined
}

function maxAge (cacheControl: string | null): number {
  const [, seconds] = /(?:^|,)\s*max-age=(\d+)/i.exec(cacheControl ?? '') ?? []
  return Math.min(Math.max(Number(seconds ?? usual), shortest), longest)
}
