import { platform } from './platform.js'
import type { createSession } from './session.js'

export interface FetchOptions {
  fetch: typeof globalThis.fetch
  base: URL
  byCookie: boolean
  origins: string[]
  guarded: ReturnType<typeof createSession>['guarded']
  /** Has an expired token renewed; for what cannot be sent twice. */
  prepare: () => Promise<unknown>
}

const isStream = (body: unknown): boolean => body instanceof ReadableStream || Symbol.asyncIterator in Object(body)

/** `fetch` as somebody who is signed in. */
export function createFetch ({ fetch, base, byCookie, origins, guarded, prepare }: FetchOptions): typeof globalThis.fetch {
  const page = platform.location
  const allowed = new Set([base.origin, page?.origin, ...origins.map((origin) => new URL(origin).origin)])

  return async (input, init) => {
    const request = input instanceof Request ? new Request(input, init) : undefined
    const url = new URL(request?.url ?? String(input), page?.href ?? base.href)
    if (!allowed.has(url.origin)) throw new TypeError(`No tokens are sent to ${url.origin}: it is not among the client's origins`)

    const headers = new Headers(request?.headers ?? init?.headers)
    if (headers.has('authorization')) return await fetch(request ?? url, request === undefined ? init : undefined)

    const once = isStream(init?.body)
    if (once) await prepare()
    return await guarded(async (token) => {
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      const shown: RequestInit = { ...(byCookie && { credentials: 'include' }), headers }
      return await (request === undefined ? fetch(url, { ...init, ...shown }) : fetch(request.clone(), shown))
    }, { once, signal: request?.signal ?? init?.signal })
  }
}
