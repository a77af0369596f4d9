import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyReply, FastifyRequest, FastifySerializerCompiler, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { MalformedJson, NotFound, UnsupportedMediaType, ValidationFailed } from '../errors.js'
import { createJudges } from '../lib/validation.js'

const longestBody = 16 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true })

export default fp(async (app) => {
  const judgeOf = createJudges(app.config.passwordMinLength)

  app.setValidatorCompiler(({ schema }) => {
    const judge = judgeOf(schema as object)
    return (value: unknown) => {
      const faults = judge(value)
      return faults.length > 0 ? { error: new ValidationFailed(faults) } : { value }
    }
  })

  // An app around us may answer in a form of its own, by compilers that do not know our schemas.
  app.setSerializerCompiler(SerializerSelector()({}, {}) as FastifySerializerCompiler<unknown>)
  app.setReplySerializer(undefined as never)

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? {} : JSON.parse(utf8.decode(body as Buffer)))
    } catch {
      done(new MalformedJson())
    }
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) done(null, {})
    else done(new UnsupportedMediaType())
  })

  // Nothing is read for a route that is not there; a content type that is none counts as none, so that an empty body passes with it.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-type'] !== undefined && request.mediaType === undefined) delete request.headers['content-type']
    done(request.is404 ? new NotFound() : undefined)
  })

  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= longestBody
    if (route.schema?.body === undefined) return
    // No body at all is judged as an empty one, so that each missing field is named.
    route.preValidation = [noBodyAsEmpty, ...[route.preValidation ?? []].flat()]
  })
}, { name: 'validation', dependencies: ['config', 'errors'] })

function noBodyAsEmpty (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
  if (request.body === undefined) request.body = {}
  done()
}
