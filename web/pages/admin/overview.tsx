import { useEffect, useState } from 'preact/hooks'
import type { Overview as Found, Period } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { Lengths } from '../../components/lengths.js'
import { Piles } from '../../components/piles.js'
import { Trace } from '../../components/trace.js'
import { Trouble } from '../../components/trouble.js'
import { stepTime } from '../../lib/time.js'
import { useQuery } from '../../query.js'
import { useWatched } from '../../watched.js'
import { AdminPage } from './admin-page.js'

const periods: Record<Period, string> = { '1h': 'the last hour', '24h': 'the last 24 hours', '7d': 'the last 7 days', '30d': 'the last 30 days' }
const isPeriod = (text: string | undefined): text is Period => text !== undefined && Object.hasOwn(periods, text)

const everyMilliseconds = 2000
/** How many of the last values are drawn. */
const room = 60

export function Overview () {
  const [{ period: asked }, setQuery] = useQuery()
  const period = isPeriod(asked) ? asked : '24h'
  return (
    <AdminPage title='Overview'>
      <div class='filters'>
        <label>Period
          <select value={period} onChange={({ currentTarget }) => setQuery({ period: currentTarget.value })}>
            {Object.entries(periods).map(([value, label]) => <option key={value} value={value}>{label[0]?.toUpperCase()}{label.slice(1)}</option>)}
          </select>
        </label>
      </div>
      <Figures key={period} period={period} />
    </AdminPage>
  )
}

const count = (value: number | undefined) => value === undefined ? '' : value.toLocaleString('en-GB')
const about = (value: string, isExact: boolean | undefined) => isExact === false ? `about ${value}` : value
const atLeast = (value: string, isCapped: boolean | undefined) => isCapped === true ? `${value} +` : value

function Figures ({ period }: { period: Period }) {
  const { found, trouble, look } = useWatched(async () => await auth.overview(period), everyMilliseconds)
  const all = (name: 'succeeded' | 'failed' | 'throttled') => found?.signIns.reduce((sum, step) => sum + step[name], 0)
  const failed = all('failed')

  return (
    <>
      <dl class='tiles'>
        <div class='tile'><dt>Users</dt><dd>{about(count(found?.users.total), found?.users.exact)}</dd></div>
        <div class='tile'><dt>Live sessions</dt><dd>{atLeast(count(found?.sessions.live), found?.sessions.capped)}</dd></div>
        <div class='tile'><dt>Sign-ins</dt><dd>{count(all('succeeded'))}</dd></div>
        <div class='tile'><dt>Failed or refused</dt><dd>{count(failed === undefined ? undefined : failed + (all('throttled') ?? 0))}</dd></div>
      </dl>
      {trouble !== undefined && <Trouble error={trouble} onAgain={look} />}
      {found === undefined ? <div class='plots-to-come' role='status'><span class='hidden'>Loading</span></div> : <Plots found={found} />}
    </>
  )
}

function Plots ({ found }: { found: Found }) {
  const { signIns, period, node } = found
  return (
    <>
      <div class='panel'>
        <Piles
          title={`Sign-ins in ${periods[period]}`} series={['Signed in', 'Failed', 'Refused: too many attempts']}
          piles={signIns.map(({ at, succeeded, failed, throttled }) => ({ label: stepTime(at, period), values: [succeeded, failed, throttled] }))}
        />
      </div>
      <div class='halves'>
        <section class='panel' aria-labelledby='hashing'>
          <h2 id='hashing'>Passwords being hashed</h2>
          <Hashing hashing={node.hashing} />
        </section>
        <section class='panel' aria-labelledby='refusals'>
          <h2 id='refusals'>Refusals by reason</h2>
          <p class='quiet small'>By this node, since it started {stepTime(node.startedAt, '7d')}.</p>
          <Lengths rows={node.refusals.map(({ code, reason, count }) => ({ label: reason === null ? words(code) : `${words(code)}: ${words(reason)}`, count }))} />
        </section>
      </div>
    </>
  )
}

const words = (code: string) => code.replaceAll('_', ' ')

/** A line that grows while one looks. */
function Hashing ({ hashing }: { hashing: Found['node']['hashing'] }) {
  const { running, waiting, threads, queue, refused } = hashing
  const [values, setValues] = useState<readonly number[]>([])
  useEffect(() => setValues((before) => [...before, running + waiting].slice(-room)), [hashing])
  return (
    <>
      <Trace values={values} room={room} most={threads + 4} />
      <dl class='facts-of small'>
        <dt>Now</dt><dd>{running} in {threads} {threads === 1 ? 'thread' : 'threads'}, {waiting} of {queue} places to wait taken</dd>
        <dt>Turned away</dt><dd>{count(refused.full)} because the queue was full, {count(refused.late)} because they had waited too long</dd>
      </dl>
    </>
  )
}
