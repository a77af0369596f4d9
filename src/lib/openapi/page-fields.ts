import { escapeHtml } from '../mail-layout.js'
import type { Schema } from './route.js'

const code = (text: unknown) => `<code>${escapeHtml(String(text))}</code>`

/** Text with its `code` marked as such, one paragraph a blank line. */
export const prose = (text: string) => escapeHtml(text).split('\n\n').map((paragraph) => `<p>${marked(paragraph)}</p>`).join('')

const marked = (escaped: string) => escaped.replace(/`([^`]+)`/g, '<code>$1</code>')

/** A list of fields, those of objects within it too, by their path. */
export function fieldsOf (schema: Schema): string {
  const rows = rowsOf(schema)
  return rows.length === 0 ? '' : `<dl class="fields">${rows.join('')}</dl>`
}

function rowsOf ({ $ref, properties, required = [] }: Schema, prefix = ''): string[] {
  if (typeof $ref === 'string') return [`<div><dt>${typeOf({ $ref })}</dt></div>`]
  return Object.entries((properties ?? {}) as Record<string, Schema>).flatMap(([name, property]) => {
    const path = `${prefix}${name}`
    const nested = property.type === 'object' ? rowsOf(property, `${path}.`) : []
    return nested.length > 0 ? nested : [row(path, property, (required as string[]).includes(name))]
  })
}

/** One field, parameter or header. */
export function row (name: string, schema: Schema, required: boolean, description = schema.description): string {
  const says = [description, boundsOf(schema)].filter((text) => typeof text === 'string' && text !== '').join('. ')
  return `<div><dt>${code(name)} <span class="type">${typeOf(schema)}</span>${required ? ' <span class="must">required</span>' : ''}</dt>` +
    `${says === '' ? '' : `<dd>${marked(escapeHtml(says))}</dd>`}</div>`
}

function typeOf (schema: Schema): string {
  const { $ref, anyOf, items, format, type } = schema
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`
  }
  if ('const' in schema) return code(JSON.stringify(schema.const))
  if (Array.isArray(schema.enum)) return schema.enum.map(code).join(' or ')
  if (Array.isArray(anyOf)) return anyOf.map(typeOf).join(' or ')
  if (type === 'array') return `list of ${typeOf(items as Schema)}`
  return escapeHtml([[type].flat().join(' or '), format].filter((word) => word !== undefined).join(', '))
}

function boundsOf ({ minLength, maxLength, minimum, maximum, default: fallback }: Schema): string {
  return [
    range(minLength, maxLength, ' characters'),
    range(minimum, maximum, ''),
    fallback === undefined ? '' : `default ${String(fallback)}`
  ].filter((text) => text !== '').join('; ')
}

function range (from: unknown, to: unknown, unit: string): string {
  if (from === undefined && to === undefined) return ''
  if (to === undefined) return `at least ${String(from)}${unit}`
  return from === undefined ? `at most ${String(to)}${unit}` : `${String(from)} to ${String(to)}${unit}`
}
