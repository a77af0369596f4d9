import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.js'

const sane = /^[\w.:-]{1,128}$/

/** Names requests: by the caller's id if it is a sane one, else by a new one. */
export function createRequestIds (): (request: Pick<IncomingMessage, 'headers'>) => string {
  const ofThisServer = randomBytes(9).toString('base64url')
  let requests = 0
  return (request) => {
    const theirs = request.headers['x-request-id']
    return typeof theirs === 'string' && sane.test(theirs) ? theirs : `${ofThisServer}-${(++requests).toString(36)}`
  }
}

/** What every answer carries, whatever it answers (OWASP REST security). A route that may be cached says so itself. */
export const securityHeaders = ({ publicUrl }: Pick<Config, 'publicUrl'>): Record<string, string> => ({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {})
})

/** Sets what every answer carries; for an answer that no hook sees. */
export function setHeaders (headers: Record<string, string>, request: FastifyRequest, reply: FastifyReply) {
  for (const name in headers) reply.header(name, headers[name])
  reply.header('x-request-id', request.id)
}

export default fp(async (app) => {
  const always = securityHeaders(app.config)
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(always, request, reply)
    done()
  })
}, { name: 'headers', dependencies: ['config'] })
