import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** What happens to a request on its way, once: nothing when it is left out. */
interface Mishap {
  /** Waits for this before the server hears of the request. */
  before?: Promise<unknown>
  /** Waits for this before the client hears the server's answer. */
  after?: Promise<unknown>
  /** Answers this in the server's stead. */
  answer?: { status: number, headers?: Record<string, string>, body?: string }
  reached: () => void
}

export interface Relay {
  origin: string
  /** The requests that came, but preflights, such as `POST /api/auth/refresh`. */
  asked: string[]
  /** Those of them that the server has answered. */
  answered: string[]
  /** How often a request came. */
  count: (line: string) => number
  /** Where to pass requests on to. */
  to: string
  /** Lets the next such request meet with something; done once it has come. */
  next: (line: string, mishap: Omit<Mishap, 'reached'>) => Promise<void>
}

/**
 * Lets every access token expire, until the next refresh that gets through to the server: the node's clock goes ahead, and then back,
 * since new tokens are dated by the database.
 */
export async function letTokensExpire (relay: Relay, clock: { ahead: number }) {
  clock.ahead = 3_600_000
  await relay.next('POST /api/auth/refresh', {})
  clock.ahead = 0
}

/** What stands between clients and a server: passes everything on, and knows what passed. */
export async function startRelay (t: Pick<Test, 'teardown'>, to: string, host = 'localhost'): Promise<Relay> {
  const mishaps = new Map<string, Mishap[]>()

  async function pass (request: IncomingMessage, response: ServerResponse) {
    const line = `${request.method} ${request.url}`
    if (request.method !== 'OPTIONS') relay.asked.push(line)
    const mishap = request.method === 'OPTIONS' ? undefined : mishaps.get(line)?.shift()
    mishap?.reached()
    await mishap?.before
    if (mishap?.answer !== undefined) {
      const { origin = '' } = request.headers
      const headers = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'retry-after', ...mishap.answer.headers }
      response.writeHead(mishap.answer.status, headers).end(mishap.answer.body)
      return
    }
    const onward = ask(new URL(request.url ?? '', relay.to), { method: request.method, headers: request.headers })
    request.pipe(onward)
    const [answer] = await once(onward, 'response') as [IncomingMessage]
    relay.answered.push(line)
    await mishap?.after
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })

  const relay: Relay = {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    asked: [],
    answered: [],
    count: (line) => relay.asked.filter((asked) => asked === line).length,
    to,
    next: async (line, mishap) => await new Promise<void>((resolve) => {
      mishaps.set(line, [...mishaps.get(line) ?? [], { ...mishap, reached: resolve }])
    })
  }
  return relay
}
