import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import type { Test } from 'tap'
import type { Event } from '../../src/lib/event.js'

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

export interface Received { id: string, event: Event, headers: IncomingHttpHeaders }

/** A server that takes what is posted to it, once it has verified the signature; or answers as the test says. */
export async function startWebhook (t: Pick<Test, 'teardown'>, answers: { next?: RequestListener | undefined } = {}) {
  const received: Received[] = []
  const asked: Received[] = []
  const forged: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { headers } = request
    try {
      new Webhook(webhookSecret).verify(body, headers as Record<string, string>)
    } catch (error) {
      forged.push(String(error))
    }
    const message = { id: String(headers['webhook-id']), event: JSON.parse(body), headers }
    asked.push(message)
    if (answers.next !== undefined) return answers.next(request, response)
    received.push(message)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  return { url, received, asked, forged, answers, settings: { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: webhookSecret } }
}
