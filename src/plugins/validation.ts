import { Ajv, type AnySchemaObject, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { MalformedJson, NotFound, UnsupportedMediaType, ValidationFailed, type Fault } from '../errors.js'

const normalizations: Record<string, (text: string) => string> = {
  email: (text) => text.trim().toLowerCase(),
  trim: (text) => text.trim(),
  nfc: (text) => text.normalize('NFC')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export default fp(async (app) => {
  const ajv = createAjv(app.config.passwordMinLength)

  app.setValidatorCompiler(({ schema }) => {
    const validate = ajv.compile(schema as object)
    return (value: unknown) => {
      const faults = illFormed(value)
      if (!validate(value)) faults.push(...(validate.errors ?? []).map(faultOf))
      return faults.length > 0 ? { error: new ValidationFailed(faults) } : { value }
    }
  })

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

  // No body at all is judged as an empty one, so that each missing field is named.
  app.addHook('onRoute', (route) => {
    if (route.schema?.body === undefined) return
    route.preValidation = [noBodyAsEmpty, ...[route.preValidation ?? []].flat()]
  })
}, { name: 'validation', dependencies: ['config', 'errors'] })

function noBodyAsEmpty (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
  if (request.body === undefined) request.body = {}
  done()
}

function createAjv (passwordMinLength: number): Ajv {
  const ajv = new Ajv({ allErrors: true, coerceTypes: false, useDefaults: true, removeAdditional: false, strict: true, strictTypes: false, allowUnionTypes: true })
  addFormats.default(ajv)
  ajv.addKeyword({
    keyword: 'normalize',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    before: 'maxLength',
    validate (kind: string, text: string, _schema: unknown, at?: { parentData: Record<string | number, unknown>, parentDataProperty: string | number }) {
      if (at !== undefined) at.parentData[at.parentDataProperty] = normalizations[kind]?.(text)
      return true
    }
  })
  ajv.addKeyword({
    keyword: 'passwordFloor',
    type: 'string',
    // Below the schema's own floor, `minLength` says it.
    validate (_on: boolean, text: string, schema?: AnySchemaObject) {
      const { length } = [...text]
      return length < (schema?.minLength ?? 0) || length >= passwordMinLength
    },
    error: { message: `must NOT have fewer than ${passwordMinLength} characters` }
  })
  return ajv
}

/** Fields that hold, however deep, a string that no database and no other program would take for what it is. */
function illFormed (value: unknown): Fault[] {
  return Object.entries(value ?? {})
    .filter(([, field]) => !isWellFormed(field))
    .map(([name]) => ({ path: `/${name}`, message: 'must be well-formed text without NUL' }))
}

// A body may be nested thousands deep, deeper than calls can be.
function isWellFormed (value: unknown): boolean {
  const held = [value]
  for (const item of held) {
    if (typeof item === 'string' && (!item.isWellFormed() || item.includes('\0'))) return false
    if (typeof item === 'object' && item !== null) held.push(...Object.values(item))
  }
  return true
}

function faultOf ({ instancePath, keyword, params, message }: ErrorObject): Fault {
  const missing = keyword === 'required' ? `/${String(params.missingProperty)}` : ''
  return { path: instancePath + missing, message: missing === '' ? message ?? 'is not valid' : 'is required' }
}
