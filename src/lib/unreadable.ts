import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { HeadersTooLarge, MalformedRequest, PayloadTooLarge, RequestTimeout } from '../errors.js'
import { failureOf } from './failure.js'

const meanings: Record<string, new () => { statusCode: number, code: string, message: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: PayloadTooLarge
}

/** Answers what Node's parser could not read as a request, in the same form as everything else, and hangs up. */
export function refuseUnreadable (error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const failure = new (meanings[error.code ?? ''] ?? MalformedRequest)()
  const body = JSON.stringify(failureOf(failure))
  socket.end([
    `HTTP/1.1 ${failure.statusCode} ${STATUS_CODES[failure.statusCode]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'referrer-policy: no-referrer',
    "content-security-policy: default-src 'none'; frame-ancestors 'none'",
    `x-request-id: ${randomUUID()}`,
    'connection: close',
    '', body
  ].join('\r\n'))
}
