const columns = {
  operations: 'operations',
  acceptedAfterEnded: 'accepted after ended',
  lost: 'lost',
  forks: 'forks',
  mixUps: 'mix-ups',
  lostWrites: 'lost writes',
  answers500: '500s',
  answers503: '503s',
  hangs: 'hangs',
  unanswered: 'unanswered',
  crashes: 'crashes',
  backToNormal: 'back to normal ms'
}
const width = 26

export const heading = () => ['fault'.padEnd(width), ...Object.values(columns)].join('  ')

/** One line a fault with every figure, and what the fault measured besides. */
export function lineOf ({ name, figures, off }) {
  const cells = Object.entries(columns).map(([key, title]) => String(Math.round(figures[key])).padStart(title.length))
  const own = Object.entries(figures).filter(([key]) => !(key in columns)).map(([key, value]) => `${key} ${value}`)
  return [name.padEnd(width), ...cells, ...own, off.length > 0 ? `OFF: ${off.join(', ')}` : ''].join('  ').trimEnd()
}

/** A few of the entries that speak against each figure, with what else happened to their sessions. */
export function evidenceOf ({ found, history, during }) {
  const clock = (at) => Number.isFinite(at) ? `${(at - during.from).toFixed(0)} ms` : 'never'
  const describe = ({ kind, node, start, end, status, failure, code, user, sid, presented }) =>
    `${kind} on ${node} from ${clock(start)} to ${clock(end)}: ${status} ${failure ?? code ?? ''} ${user} ${sid ?? ''} ${presented ?? ''}`

  return Object.entries(found).filter(([, entries]) => entries.length > 0).flatMap(([name, entries]) => [
    `  ${name}, times from the beginning of the fault, which lasted ${clock(during.to)}:`,
    ...entries.slice(0, 3).flatMap((entry) => [
      `    ${describe(entry)}`,
      ...history.filter(({ sid, kind, user, given }) => entry.sid !== undefined && (sid === entry.sid || given?.sid === entry.sid || (kind === 'everywhere' && user === entry.user)))
        .map((other) => `      ${describe(other)}${other.given ? ` → ${other.given.access} ${other.given.refresh}` : ''}`)
    ])
  ])
}
