import { pile, roundTop } from '../lib/scale.js'
import '../styles/plots.css'

interface Props {
  title: string
  /** What the parts of a pile are, from below. */
  series: readonly string[]
  piles: ReadonlyArray<{ label: string, values: readonly number[] }>
}

/** Piles over time. The same numbers are in a table, for whoever reads better than he sees. */
export function Piles ({ title, series, piles }: Props) {
  const top = roundTop(Math.max(0, ...piles.map(({ values }) => values.reduce((sum, value) => sum + value, 0))))
  const said = ({ label, values }: Props['piles'][number]) => `${label}: ${values.map((value, place) => `${value} ${series[place]?.toLowerCase()}`).join(', ')}`
  return (
    <figure class='plot'>
      <figcaption><h2>{title}</h2></figcaption>
      <ul class='legend'>{series.map((name, place) => <li key={name}><span class={`swatch p${place + 1}`} aria-hidden='true' />{name}</li>)}</ul>
      <div class='axes'>
        <div class='heights' aria-hidden='true'><span>{top}</span><span>{top / 2}</span><span>0</span></div>
        <svg viewBox={`0 0 ${Math.max(1, piles.length)} 100`} preserveAspectRatio='none' role='img' aria-label={`${title}, as a plot; its numbers are in the table below.`}>
          <path class='lines' d={`M0 .5H${piles.length}M0 50H${piles.length}M0 99.5H${piles.length}`} />
          {piles.map((each, x) => (
            <g key={each.label}>
              <title>{said(each)}</title>
              <rect class='ground' x={x} y={0} width={1} height={100} />
              {pile(each.values, top).map(({ y, height }, place) => height > 0 && <rect key={place} class={`p${place + 1}`} x={x + 0.14} y={y} width={0.72} height={height} />)}
            </g>
          ))}
        </svg>
      </div>
      <div class='times' aria-hidden='true'>{[0, Math.floor(piles.length / 2), piles.length - 1].map((place) => <span key={place}>{piles[place]?.label}</span>)}</div>
      <Numbers title={title} columns={['When', ...series]} rows={piles.filter(({ values }) => values.some((value) => value > 0)).map(({ label, values }) => [label, ...values])} />
    </figure>
  )
}

/** The numbers of a plot. */
export function Numbers ({ title, columns, rows }: { title: string, columns: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>> }) {
  return (
    <details class='numbers'>
      <summary>In numbers</summary>
      <div class='scroll' role='region' aria-label={`${title}, in numbers`} tabIndex={0}>
        <table>
          <thead><tr>{columns.map((column) => <th key={column} scope='col'>{column}</th>)}</tr></thead>
          <tbody>{rows.map(([first, ...others]) => <tr key={first}><th scope='row'>{first}</th>{others.map((value, place) => <td key={place}>{value}</td>)}</tr>)}</tbody>
        </table>
        {rows.length === 0 && <p class='quiet'>Nothing yet.</p>}
      </div>
    </details>
  )
}
