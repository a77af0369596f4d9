import type { ComponentChildren } from 'preact'
import type { Listed } from '../listed.js'
import { Trouble } from './trouble.js'

interface Props<Row> {
  /** What the table lists. */
  label: string
  columns: readonly string[]
  listed: Listed<Row>
  draw: (row: Row) => ComponentChildren
  /** Said when there is none. */
  none: string
}

/** A table that comes in pages; on a narrow screen each row is a card. Its room is kept until the first rows come. */
export function Rows<Row> ({ label, columns, listed, draw, none }: Props<Row>) {
  const { rows, trouble, more, busy, again } = listed
  return (
    <>
      <div class='rows' aria-busy={rows === undefined}>
        <table class='cards' aria-label={label}>
          <thead><tr>{columns.map((column) => <th key={column} scope='col'>{column}</th>)}</tr></thead>
          <tbody>
            {rows?.map(draw)}
            {rows === undefined && trouble === undefined && [1, 2, 3].map((each) => <tr key={each} class='skeleton' aria-hidden='true'>{columns.map((column) => <td key={column} />)}</tr>)}
            {rows?.length === 0 && <tr><td colSpan={columns.length} class='quiet'>{none}</td></tr>}
          </tbody>
        </table>
      </div>
      {trouble !== undefined && <Trouble error={trouble} onAgain={again} />}
      <div class='after'>{more !== undefined && <button type='button' aria-disabled={busy} onClick={more}>More</button>}</div>
    </>
  )
}
