import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.js'

const sane = /^[\w.:-]{1,128}$/

/** The caller's request id if it is a sane one, else a new one. */
export function requestIdOf (request: Pick<IncomingMessage, 'headers'>): string {
  const theirs = request.headers['x-request-id']
  return typeof theirs === 'string' && sane.test(theirs) ? theirs : randomUUID()
}

/** What every answer carries, whatever it answers (OWASP REST security). */
export const securityHeaders = (secure: boolean): Record<string, string> => ({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
  ...(secure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {})
})

const isPrivate = (url: string) =>
  url.startsWith('/api/') && (url.startsWith('auth', 5) || url.startsWith('users', 5) || url.startsWith('sessions', 5) || url.startsWith('events', 5))

/** Sets what every answer carries; for an answer that no hook sees. */
export function setHeaders (config: Pick<Config, 'publicUrl'>, request: FastifyRequest, reply: FastifyReply) {
  reply.headers(securityHeaders(config.publicUrl.startsWith('https:')))
  reply.header('x-request-id', request.id)
  if (isPrivate(request.url)) reply.header('cache-control', 'no-store')
}

export default fp(async (app) => {
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(app.config, request, reply)
    done()
  })
}, { name: 'headers', dependencies: ['config'] })
