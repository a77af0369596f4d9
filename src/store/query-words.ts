const known = new WeakMap<object, { name: string, table: string | undefined, operation: string }>()

/** What a statement does and to which table, by the words that stand in our code: none of its values is looked at. */
export function wordsOf (strings: readonly string[]) {
  let words = known.get(strings)
  if (words === undefined) {
    const text = strings.join(' ')
    const [, operation = 'query'] = /\b(insert|update|delete|select|begin|commit|rollback)\b/i.exec(text) ?? []
    const [, table] = /\b(?:from|into|update)\s+([a-z_]+)\b(?!\s*\()/i.exec(text) ?? []
    words = { name: table === undefined ? operation : `${operation} ${table}`, table, operation }
    known.set(strings, words)
  }
  return words
}
