import { readFile } from 'node:fs/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { NotFound } from '../errors.js'
import { escapeHtml } from '../lib/mail-layout.js'
import { returnTo } from '../lib/return-to.js'
import { encodingFor, readWebFiles } from '../lib/web-files.js'

/** Every page there is. One document is behind them all, and shows what the path says. */
const paths = [
  '/', '/sign-in', '/sign-up', '/verify-email', '/forgot-password', '/reset-password',
  '/account', '/account/password', '/account/devices',
  '/admin', '/admin/users', '/admin/users/:id', '/admin/events', '/admin/keys'
]

// Scripts and styles are files of ours: what somebody smuggles into a page is neither run nor asked for, and text is never made into markup.
const pageHeaders = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; " +
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin'
}

const web: FastifyPluginAsyncTypebox = async (app) => {
  if (!app.config.web) return
  const { html, assets } = await readWebFiles(new URL('../../dist/web/', import.meta.url))
  const { publicUrl, clientOrigins, passwordMinLength } = app.config

  for (const path of paths) {
    app.get(path, {
      schema: { hide: true, querystring: Type.Object({ return_to: Type.Optional(Type.String()) }) },
      handler: async (request, reply) => {
        const known = { publicUrl, passwordMinLength, returnTo: returnTo(request.query.return_to, publicUrl, clientOrigins) }
        reply.headers(pageHeaders).type('text/html; charset=utf-8')
        return reply.send(html.replace('href="/"', `href="${app.prefix}/"`).replace('content="{}"', () => `content="${escapeHtml(JSON.stringify(known))}"`))
      }
    })
  }

  app.get('/assets/:name', {
    schema: { hide: true, params: Type.Object({ name: Type.String() }) },
    handler: async (request, reply) => {
      const file = assets.get(request.params.name)
      if (file === undefined) throw new NotFound()
      const encoding = encodingFor(file, request.headers['accept-encoding'])
      // They may be gone: somebody builds a newer release over a running one.
      const content = await readFile(file.encodings[encoding] ?? '').catch(() => { throw new NotFound() })
      if (encoding !== 'identity') reply.header('content-encoding', encoding)
      // A name is that of one content for ever: the build puts its hash there.
      reply.headers({ vary: 'Accept-Encoding', 'cache-control': 'public, max-age=31536000, immutable' }).type(file.type)
      return reply.send(content)
    }
  })
}

export default web
