import { useEffect, useRef, useState } from 'preact/hooks'

interface Batch<Row> { rows: Row[], nextCursor: string | null }

export interface Listed<Row> {
  /** Undefined until the first answer. */
  rows: readonly Row[] | undefined
  trouble: unknown
  busy: boolean
  /** Fetches what comes next; undefined when all is there. */
  more: (() => void) | undefined
  /** Begins anew. */
  again: () => void
  /** Puts what is new before the rest; begins anew when there may be more between. */
  putFirst: (newest: readonly Row[]) => void
}

/** A list that comes in pages. It begins anew when `key` changes; an answer to what nobody asks for any more is passed over. */
export function useListed<Row extends { id: string }> (key: string, ask: (cursor: string | undefined) => Promise<Batch<Row>>): Listed<Row> {
  const [state, setState] = useState<{ rows: readonly Row[] | undefined, cursor: string | null, trouble: unknown, busy: boolean }>({ rows: undefined, cursor: null, trouble: undefined, busy: true })
  const turn = useRef(0)

  async function fetchFrom (cursor: string | undefined) {
    const mine = ++turn.current
    setState((before) => ({ ...before, busy: true, trouble: undefined }))
    try {
      const { rows, nextCursor } = await ask(cursor)
      if (mine !== turn.current) return
      setState((before) => ({ rows: cursor === undefined ? rows : [...before.rows ?? [], ...rows], cursor: nextCursor, trouble: undefined, busy: false }))
    } catch (trouble) {
      if (mine === turn.current) setState((before) => ({ ...before, trouble, busy: false }))
    }
  }

  useEffect(() => { void fetchFrom(undefined) }, [key])

  const { rows, cursor, trouble, busy } = state
  return {
    rows,
    trouble,
    busy,
    more: cursor === null ? undefined : () => { if (!busy) void fetchFrom(cursor) },
    again: () => { void fetchFrom(undefined) },
    putFirst (newest) {
      const known = new Set(rows?.map(({ id }) => id))
      const added = newest.filter(({ id }) => !known.has(id))
      if (added.length === newest.length && known.size > 0) void fetchFrom(undefined)
      else if (added.length > 0) setState((before) => ({ ...before, rows: [...added, ...before.rows ?? []] }))
    }
  }
}
