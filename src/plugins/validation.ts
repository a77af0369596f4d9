import { Ajv, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import fp from 'fastify-plugin'
import { UnsupportedMediaType, ValidationFailed, MalformedJson, type Fault } from '../errors.js'

const normalizations: Record<string, (text: string) => string> = {
  email: (text) => text.trim().toLowerCase(),
  trim: (text) => text.trim(),
  nfc: (text) => text.normalize('NFC')
}

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
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(body as string))
    } catch {
      done(new MalformedJson())
    }
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) done(null, {})
    else done(new UnsupportedMediaType())
  })

  // No body at all is judged as an empty one, so that each missing field is named.
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
  })
}, { name: 'validation', dependencies: ['config', 'errors'] })

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
    validate: (_on: boolean, text: string) => [...text].length >= passwordMinLength,
    error: { message: `must NOT have fewer than ${passwordMinLength} characters` }
  })
  return ajv
}

/** Strings that no database and no other program would take for what they are. */
function illFormed (value: unknown, path = ''): Fault[] {
  if (typeof value === 'string') {
    return value.isWellFormed() && !value.includes('\0') ? [] : [{ path, message: 'must be well-formed text without NUL' }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => illFormed(item, `${path}/${name}`))
}

function faultOf ({ instancePath, keyword, params, message }: ErrorObject): Fault {
  const missing = keyword === 'required' ? `/${String(params.missingProperty)}` : ''
  return { path: instancePath + missing, message: missing === '' ? message ?? 'is not valid' : 'is required' }
}
