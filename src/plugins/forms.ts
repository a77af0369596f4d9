import fp from 'fastify-plugin'
import { UnsupportedMediaType } from '../errors.js'
import { readForm } from '../lib/form.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** From here on, in this scope, a body is a form and nothing else. */
    takeForms: () => void
  }
}

const formType = 'application/x-www-form-urlencoded'

export default fp(async (app) => {
  app.decorate('takeForms', function () {
    this.removeAllContentTypeParsers()
    this.addContentTypeParser(formType, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => readForm(body))
    this.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
      if (body.length > 0) throw new UnsupportedMediaType(formType)
      return {}
    })
  })
}, { name: 'forms', dependencies: ['validation'] })
