import '../styles/plots.css'

/** How often each of some things was, the most frequent first. */
export function Lengths ({ rows }: { rows: ReadonlyArray<{ label: string, count: number }> }) {
  const most = Math.max(1, ...rows.map(({ count }) => count))
  if (rows.length === 0) return <p class='quiet'>None yet.</p>
  return (
    <ul class='lengths'>
      {rows.map(({ label, count }) => (
        <li key={label}>
          <span>{label}</span><span class='count'>{count}</span>
          <svg viewBox='0 0 100 1' preserveAspectRatio='none' aria-hidden='true'><rect class='ground' width={100} height={1} /><rect class='p1' width={count / most * 100} height={1} /></svg>
        </li>
      ))}
    </ul>
  )
}
