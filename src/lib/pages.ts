import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ValidationFailed } from '../errors.js'

const standard = 20

/** What a query says of the page it wants. Text, as everything in a query is: nothing is taken for a number that only looks like one. */
export const PageQuery = {
  limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', description: `1 to 100, ${standard} when it is left out` })),
  cursor: Type.Optional(Type.String({ maxLength: 1000, description: 'the nextCursor of the page before' }))
}

/** Null on the last page. */
export const NextCursor = Type.Unsafe<string | null>({ type: ['string', 'null'] })

export const limitOf = (limit: string | undefined): number => limit === undefined ? standard : Number(limit)

const encode = (place: unknown[]): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** Where a cursor says that its page begins. @throws ValidationFailed when it is none of ours */
export function placeOf<Place extends TSchema> (schema: Place, cursor: string | undefined): Static<Place> | undefined {
  if (cursor === undefined) return undefined
  const place = parse(Buffer.from(cursor, 'base64url').toString())
  if (!Value.Check(schema, place)) throw new ValidationFailed([{ path: '/cursor', message: 'must be the nextCursor of a page' }])
  return place
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Makes a page of `limit` rows out of one more than that, which there is when the page is not the last. */
export function pageOf<Row> (rows: Row[], limit: number, place: (last: Row) => unknown[]): { rows: Row[], nextCursor: string | null } {
  const last = rows[limit - 1]
  return { rows: rows.slice(0, limit), nextCursor: rows.length > limit && last !== undefined ? encode(place(last)) : null }
}
