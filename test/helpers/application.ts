import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** What reached an application behind a proxy. */
export interface Reached { method: string, url: string, headers: Record<string, string>, body: string }

/** An application that knows nothing of tokens, and tells what reached it. `/broken` is 500 and `/picky` is 401. */
export async function startApplication (t: Test): Promise<string> {
  const statuses: Record<string, number> = { '/broken': 500, '/picky': 401 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.writeHead(statuses[request.url ?? ''] ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The identity headers of what reached it, by their names. */
export const identityOf = ({ headers }: Reached): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^x[-_]auth[-_]/i.test(name)).sort())
