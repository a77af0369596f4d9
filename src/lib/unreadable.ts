import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HeadersTooLarge, MalformedRequest, NotFound, PayloadTooLarge, RequestTimeout } from '../errors.js'
import { failureOf } from './failure.js'

const meanings: Record<string, new () => { statusCode: number, code: string, message: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: PayloadTooLarge
}

/** Answers what Node's parser could not read as a request, in the same form and with the same headers as everything else, and hangs up. */
export const refuseUnreadable = (headers: Record<string, string>) => (error: Error & { code?: string }, socket: Socket) => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  hangUp(new (meanings[error.code ?? ''] ?? MalformedRequest)(), headers, socket)
}

/** Answers CONNECT, which Node hands to no route and would leave without an answer. */
export const refuseTunnel = (headers: Record<string, string>) => (_request: unknown, socket: Duplex) => {
  socket.on('error', () => {})
  hangUp(new NotFound(), headers, socket as Socket)
}

function hangUp (failure: Parameters<typeof failureOf>[0], headers: Record<string, string>, socket: Socket) {
  const body = JSON.stringify(failureOf(failure))
  socket.write([
    `HTTP/1.1 ${failure.statusCode} ${STATUS_CODES[failure.statusCode]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `x-request-id: ${randomUUID()}`,
    'connection: close',
    '', body
  ].join('\r\n'))
  // Not `end` alone: a client that keeps its half open would keep the socket with it.
  socket.destroySoon()
}
