import type { Schema } from './route.js'

export interface Schemas {
  /** The schemas that have a title, by it. */
  named: Record<string, Schema>
  /** A schema in the words of JSON Schema alone; one with a title is put among the named ones, and referred to. */
  refer: (schema: unknown) => Schema
}

const held = new Set(['properties', 'patternProperties', '$defs'])
const listed = new Set(['anyOf', 'oneOf', 'allOf'])
const single = new Set(['items', 'additionalProperties', 'not'])
/** Keywords and formats of ours that say nothing to others: see lib/validation.ts. */
const ours = new Set(['title', 'normalize', 'passwordFloor', 'composedMinLength', 'composedMaxLength', 'means'])

/** Translates the schemas that validate into those that the document shows. */
export function createSchemas (passwordMinLength: number): Schemas {
  const named: Record<string, Schema> = {}

  function refer (schema: unknown): Schema {
    const { title } = schema as Schema
    const translated = translate(schema as Schema)
    if (typeof title !== 'string') return translated

    const known = named[title] ??= translated
    if (JSON.stringify(known) !== JSON.stringify(translated)) throw new Error(`two schemas have the title ${title}`)
    return { $ref: `#/components/schemas/${title}` }
  }

  function translate (schema: Schema): Schema {
    const { means, enum: values, passwordFloor, composedMinLength, composedMaxLength, minLength = composedMinLength, maxLength = composedMaxLength } = schema
    if (means !== undefined) return { ...means, description: schema.description }

    const floor = passwordFloor === true ? Math.max(Number(minLength), passwordMinLength) : minLength
    const isText = Array.isArray(values) && values.every((value) => typeof value === 'string')
    const kept = Object.entries(schema).filter(([key, value]) => !ours.has(key) && value !== 'photo')
    return {
      ...(isText ? { type: 'string' } : {}),
      ...Object.fromEntries(kept.map(([key, value]) => [key, within(key, value)])),
      ...(floor === undefined ? {} : { minLength: floor }),
      ...(maxLength === undefined ? {} : { maxLength })
    }
  }

  function within (key: string, value: unknown): unknown {
    if (held.has(key)) return Object.fromEntries(Object.entries(value as object).map(([name, schema]) => [name, refer(schema)]))
    if (listed.has(key)) return (value as unknown[]).map(refer)
    if (single.has(key) && typeof value === 'object') return refer(value)
    return value
  }

  return { named, refer }
}
