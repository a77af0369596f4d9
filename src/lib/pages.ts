import { createHash } from 'node:crypto'
import { Ajv } from 'ajv'
import { Type, type Static, type TSchema } from 'typebox'
import { ValidationFailed } from '../errors.js'

const standard = 20
// Compiles a schema when it is first asked about one, and keeps it.
const ajv = new Ajv()

/** What a query says of the page it wants. Text, as everything in a query is: nothing is taken for a number that only looks like one. */
export const PageQuery = {
  limit: Type.Optional(Type.String({
    pattern: '^([1-9][0-9]?|100)$',
    description: `1 to 100, ${standard} when it is left out`,
    means: { type: 'integer', minimum: 1, maximum: 100, default: standard }
  })),
  cursor: Type.Optional(Type.String({ maxLength: 3000, description: 'the nextCursor of the page before', examples: ['4qWJx0gKWyIxNzYzODA1NjAwMDAwMDAwIiwiNDEiXQ'] }))
}

/** Null on the last page. */
export const NextCursor = Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Asks for the next page; null on the last', examples: ['4qWJx0gKWyIxNzYzODA1NjAwMDAwMDAwIiwiNDEiXQ', null] })

export const limitOf = (limit: string | undefined): number => limit === undefined ? standard : Number(limit)

const sumBytes = 6
const sumOf = (text: Buffer) => createHash('sha256').update(text).digest().subarray(0, sumBytes)

function encode (place: unknown[]): string {
  const text = Buffer.from(JSON.stringify(place))
  return Buffer.concat([sumOf(text), text]).toString('base64url')
}

/** Where a cursor says that its page begins. @throws ValidationFailed when it is none of ours, or was changed on its way */
export function placeOf<Place extends TSchema> (schema: Place, cursor: string | undefined): Static<Place> | undefined {
  if (cursor === undefined) return undefined
  const place = decode(cursor)
  if (!ajv.validate(schema, place)) throw new ValidationFailed([{ path: '/cursor', message: 'must be the nextCursor of a page' }])
  return place as Static<Place>
}

// Base64 has more than one spelling of the same bytes.
function decode (cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(sumBytes)
  const ours = bytes.toString('base64url') === cursor && bytes.subarray(0, sumBytes).equals(sumOf(text))
  return ours && text.length > 0 ? JSON.parse(text.toString()) : undefined
}

/** Makes a page of `limit` rows out of one more than that, which there is when the page is not the last. */
export function pageOf<Row> (rows: Row[], limit: number, place: (last: Row) => unknown[]): { rows: Row[], nextCursor: string | null } {
  const last = rows[limit - 1]
  return { rows: rows.slice(0, limit), nextCursor: rows.length > limit && last !== undefined ? encode(place(last)) : null }
}
