import { Ajv, str, type AnySchemaObject, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import type { Fault } from '../errors.js'
import { isPhoto } from './photo.js'

const normalizations: Record<string, (text: string) => string> = {
  email: (text) => text.trim().toLowerCase(),
  trim: (text) => text.trim(),
  nfc: (text) => text.normalize('NFC')
}

// The bounds of text that is passed on as it was typed.
const composedLengths: [string, (length: number, bound: number) => boolean, string][] = [
  ['composedMinLength', (length, bound) => length >= bound, 'fewer'],
  ['composedMaxLength', (length, bound) => length <= bound, 'more']
]

/** What is wrong with a value, field by field; nothing when it is as the schema says, and then normalized in place. */
export type Judge = (value: unknown) => Fault[]

/** Compiles schemas into judges. */
export function createJudges (passwordMinLength: number): (schema: object) => Judge {
  const ajv = createAjv(passwordMinLength)

  return (schema) => {
    const validate = ajv.compile(schema)
    return (value) => {
      const faults = illFormed(value)
      if (!validate(value)) faults.push(...(validate.errors ?? []).map(faultOf))
      return faults
    }
  }
}

function createAjv (passwordMinLength: number): Ajv {
  const ajv = new Ajv({ allErrors: true, coerceTypes: false, useDefaults: true, removeAdditional: false, strict: true, strictTypes: false, allowUnionTypes: true })
  addFormats.default(ajv)
  // What a text of a query stands for: for the document of the API.
  ajv.addKeyword('means')
  ajv.addFormat('photo', isPhoto)
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
  for (const [keyword, fits, word] of composedLengths) {
    ajv.addKeyword({
      keyword,
      type: 'string',
      schemaType: 'number',
      validate: (bound: number, text: string) => fits([...text.normalize('NFC')].length, bound),
      error: { message: ({ schemaCode }) => str`must NOT have ${word} than ${schemaCode} characters` }
    })
  }
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
