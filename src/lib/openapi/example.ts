import type { Schema } from './route.js'

const ofFormat: Record<string, string> = {
  uuid: '0b9e5f0a-5b9c-4b8e-9d2c-2f1f3a6f7c11',
  'date-time': '2026-11-22T10:00:00.000Z',
  uri: 'https://auth.example.com/'
}

/** A value that a schema of the document takes: made of its own examples, as far as it has some. */
export function exampleOf (schema: Schema, named: Record<string, Schema>): unknown {
  const { $ref, examples, allOf, anyOf, properties, items, type } = schema
  if (typeof $ref === 'string') return exampleOf(named[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, named)
  if (Array.isArray(examples)) return examples[0]
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (Array.isArray(allOf)) return Object.assign({}, ...allOf.map((part) => exampleOf(part, named)))
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0], named)

  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': return Object.fromEntries(Object.entries(properties ?? {}).map(([name, property]) => [name, exampleOf(property as Schema, named)]))
    case 'array': return [exampleOf(items as Schema, named)]
    case 'integer': return schema.default ?? schema.minimum ?? 1
    case 'boolean': return true
    case 'null': return null
    default: return ofFormat[String(schema.format)] ?? 'text'
  }
}
