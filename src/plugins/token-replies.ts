import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { Tokens, Transport } from '../schemas.js'
import type { Issued } from './issuing.js'

declare module 'fastify' {
  interface FastifyReply {
    /** Hands out tokens by cookie or in the body. */
    tokens: (issued: Issued, transport: Transport) => Tokens
    /** Empties the three cookies. */
    clearSession: () => FastifyReply
  }
}

export default fp(async (app) => {
  const { cookiePrefix, cookieSecure, cookieDomain, cookieSameSite } = app.config
  const common = {
    httpOnly: true,
    secure: cookieSecure,
    sameSite: cookieSameSite,
    ...(cookieDomain === undefined ? {} : { domain: cookieDomain })
  }
  // Browsers hold a prefix to its rules in any case (RFC 6265bis, section 4.1.3).
  const jar = {
    access_token: { ...common, path: '/' },
    refresh_token: { ...common, path: /^__host-/i.test(cookiePrefix) ? '/' : `${app.prefix}/api/auth` },
    logged_in: { ...common, path: '/', httpOnly: false }
  }

  const set = (reply: FastifyReply, name: keyof typeof jar, value: string, maxAge: number) =>
    reply.header('set-cookie', fastifyCookie.serialize(`${cookiePrefix}${name}`, value, { ...jar[name], maxAge }))

  app.decorateReply('tokens', function (issued: Issued, transport: Transport): Tokens {
    const now = Math.floor(app.now() / 1000)
    const accessSeconds = Math.max(0, issued.accessExpiresAt - now)
    const refreshSeconds = Math.max(0, issued.refreshExpiresAt - now)
    const answer: Tokens = { status: 'success', access_token: issued.accessToken, token_type: 'Bearer', expires_in: accessSeconds }
    if (transport === 'body') return { ...answer, refresh_token: issued.refreshToken, refresh_expires_in: refreshSeconds }

    set(this, 'access_token', issued.accessToken, accessSeconds)
    set(this, 'refresh_token', issued.refreshToken, refreshSeconds)
    set(this, 'logged_in', 'true', refreshSeconds)
    return answer
  })

  app.decorateReply('clearSession', function () {
    for (const name of Object.keys(jar)) set(this, name as keyof typeof jar, '', 0)
    return this
  })
}, { name: 'token-replies', dependencies: ['config'] })
