import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { Webhook } from 'standardwebhooks'

interface Options { url: string, secret: string, milliseconds: number }

export interface WebhookSender {
  /** Delivers one message, whose `id` stays the same however often that is tried, with `more` headers. @throws Error that says in few words why it was not taken */
  send: (id: string, message: object, more?: Record<string, string>) => Promise<void>
  close: () => void
}

/** Of an answer's body nothing is wanted: this much is read, so that the connection can be used again. */
const mostOfBody = 65_536

/** Posts messages, signed as Standard Webhooks has it. What answers otherwise than with 2xx has not taken them; redirects are not followed. */
export function createWebhook ({ url, secret, milliseconds }: Options): WebhookSender {
  const signer = new Webhook(secret)
  const { request, Agent } = url.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true })

  async function send (id: string, message: object, more: Record<string, string> = {}) {
    const body = JSON.stringify(message)
    const at = new Date()
    const headers = {
      ...more,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'gatehouse',
      'webhook-id': id,
      'webhook-timestamp': Math.floor(at.getTime() / 1000),
      'webhook-signature': signer.sign(id, at, body)
    }
    const signal = AbortSignal.timeout(milliseconds)
    const status = await new Promise<number>((resolve, reject) => {
      request(url, { method: 'POST', agent, headers, signal }, (answer) => discard(answer, resolve)).on('error', reject).end(body)
    }).catch((error: NodeJS.ErrnoException) => {
      throw new Error(signal.aborted ? `no answer in ${milliseconds / 1000} s` : `cannot be reached: ${error.code ?? 'no reason'}`)
    })
    if (status < 200 || status > 299) throw new Error(`answered ${status}`)
  }

  return { send, close: () => agent.destroy() }
}

function discard (answer: IncomingMessage, done: (status: number) => void) {
  let length = 0
  answer
    .on('data', (part: Buffer) => {
      length += part.length
      if (length > mostOfBody) answer.destroy()
    })
    .on('error', () => {})
    .once('close', () => done(answer.statusCode ?? 0))
}
