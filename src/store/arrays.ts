const text = (value: string) => value
const quoted = (item: unknown) => item === null ? 'null' : `"${String(item).replace(/["\\]/g, '\\$&')}"`

const arrayType = <Item>(oid: number, parseItem: (value: string) => Item) => ({
  to: oid,
  from: [oid],
  serialize: (items: readonly (Item | null)[] | string) => typeof items === 'string' ? items : `{${items.map(quoted).join(',')}}`,
  parse: (literal: string) => [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, inQuotes, bare]) => {
    if (bare === 'NULL') return null
    return parseItem(inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  })
})

/** The arrays our tables and queries use, by their type's oid; one level deep. */
export const arrays = {
  integers: arrayType(1007, Number),
  texts: arrayType(1009, text),
  timestamps: arrayType(1185, (value) => new Date(value)),
  uuids: arrayType(2951, text)
}

/** From an item's type to its array's, for `sql.array`. */
export const arrayOf = { 23: 1007, 25: 1009, 2950: 2951 }
