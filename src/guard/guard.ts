import '../lib/kept-tick.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Busy, MalformedRequest, TokenInvalid, TokenMissing, Unavailable } from '../errors.js'
import { accessTokensIn } from '../lib/presented.js'
import { decorateAuthentication } from '../plugins/authentication.js'
import { createAuthServer } from './auth-server.js'
import { createHeldCopies } from './held-copies.js'
import { createIdentification } from './identification.js'
import { readOptions, type GuardOptions } from './options.js'
import { createPublishedKeys } from './published-keys.js'

export { GuardOptionsRefused, type GuardOptions } from './options.js'
export type { Identity } from '../lib/identity.js'
export type { Role, User } from '../schemas.js'

/**
 * Lets only those into the routes of another Fastify 5 service who are signed in at the auth server: adds `app.authenticate`,
 * `app.requireRole(role)` and `request.identity`. A session that ended there is refused here within what docs/guarantees.md
 * promises. Refusals are thrown, with the `code` and `statusCode` of the auth server's own answers, and their headers are set.
 * @throws GuardOptionsRefused
 */
export default fp<GuardOptions>(async (app, options) => {
  const settings = readOptions(options)
  const { log } = app
  const keys = createPublishedKeys({ ...settings, log })
  const copies = createHeldCopies({ redisUrl: settings.redisUrl, kids: keys.accepted, log })
  const server = createAuthServer({ ...settings, log })

  decorateAuthentication(app, {
    ...createIdentification({ settings, keys, copies, server }),
    presented (request) {
      const { headers } = request
      if (headers.authorization !== undefined && hasTwoAuthorizations(request)) throw new MalformedRequest()
      return accessTokensIn(headers, settings.cookieName)
    },
    refused
  })

  app.addHook('onReady', async () => { await Promise.all([keys.refresh(), copies.start()]) })
  app.addHook('onClose', () => {
    keys.close()
    copies.close()
  })
}, { name: 'gatehouse-guard', fastify: '5.x' })

function refused (error: Error, reply: FastifyReply) {
  if (error instanceof TokenMissing) reply.header('www-authenticate', 'Bearer')
  if (error instanceof TokenInvalid) {
    reply.header('www-authenticate', 'Bearer error="invalid_token"')
    reply.log.info({ code: error.code, reason: error.reason }, 'refused')
  }
  if (error instanceof Unavailable || error instanceof Busy) reply.header('retry-after', String(error.retryAfterSeconds))
}

// Node keeps the first of two, and a proxy in front may have judged the other.
function hasTwoAuthorizations ({ raw: { rawHeaders } }: FastifyRequest): boolean {
  let seen = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 13 && name.toLowerCase() === 'authorization') seen++
  }
  return seen > 1
}
