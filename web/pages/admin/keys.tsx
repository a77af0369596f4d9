import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListedKey, ListedKeys } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { Said } from '../../components/said.js'
import { Sure } from '../../components/sure.js'
import { Time } from '../../components/time.js'
import { Trouble } from '../../components/trouble.js'
import { useWatched } from '../../watched.js'
import { AdminPage } from './admin-page.js'

const purposes = { access: 'Access tokens', refresh: 'Refresh tokens' }
const states = { next: ['warn', 'Signs next'], current: ['good', 'Signs now'], retired: ['', 'Has signed'] } as const

export function Keys () {
  const { found, trouble, look } = useWatched(async () => await auth.keys.list())
  const [said, setSaid] = useState<string>()
  return (
    <AdminPage title='Signing keys'>
      <p class='lead'>Every token is signed with one of these. A new key is published before it signs, and an old one stays until its last token has expired, so that changing them signs nobody out.</p>
      {trouble !== undefined && <Trouble error={trouble} onAgain={look} />}
      {found === undefined
        ? <div class='plots-to-come' role='status'><span class='hidden'>Loading</span></div>
        : Object.entries(purposes).map(([purpose, label]) => <Ring key={purpose} label={label} keys={found.keys.filter((key) => key.purpose === purpose)} />)}
      {found !== undefined && <Rotation rotation={found.rotation} onRotated={() => { setSaid('New keys are published, and sign in about five minutes.'); look() }} />}
      <Said>{said}</Said>
    </AdminPage>
  )
}

function Ring ({ label, keys }: { label: string, keys: ListedKey[] }) {
  return (
    <section>
      <h2>{label}</h2>
      <div class='rows'>
        <table class='cards' aria-label={label}>
          <thead><tr><th scope='col'>Key</th><th scope='col'>State</th><th scope='col'>Made</th><th scope='col'>Signs from</th><th scope='col'>May be taken away</th></tr></thead>
          <tbody>
            {keys.map(({ kid, state, createdAt, signsFrom, outlivedAt }) => (
              <tr key={kid}>
                <th scope='row'><code title={kid}>{kid.slice(0, 12)}…</code></th>
                <td><span class={`badge ${states[state][0]}`}>{states[state][1]}</span></td>
                <td class='small'>{createdAt === null ? 'Unknown: it came from the environment' : <>Made <Time at={createdAt} /></>}</td>
                <td class='small'>{signsFrom !== null && <>Signs from <Time at={signsFrom} /></>}</td>
                <td class='small'>{outlivedAt !== null && <>From <Time at={outlivedAt} /></>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Rotation ({ rotation, onRotated }: { rotation: ListedKeys['rotation'], onRotated: () => void }) {
  const [open, setOpen] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const rotated = useRef(false)
  // The button that the dialog leads back to is gone by then.
  useEffect(() => { if (rotated.current && rotation !== 'possible') heading.current?.focus() }, [rotation])
  async function rotate () {
    await auth.keys.rotate()
    setOpen(false)
    rotated.current = true
    onRotated()
  }
  return (
    <section class='panel' aria-labelledby='rotation'>
      <h2 id='rotation' tabIndex={-1} ref={heading}>Make the next keys</h2>
      {rotation === 'elsewhere' && <p>These keys are kept where this page cannot add to them for all nodes. Run <code>gatehouse keys rotate</code> there; nodes pick new keys up by themselves.</p>}
      {rotation === 'under_way' && <p>The next keys are made already, and wait until everybody who keeps a copy of the published ones knows them. There is nothing to do.</p>}
      {rotation === 'possible' && (
        <>
          <p class='quiet'>Once or twice a year, or when somebody who could read the present ones has left.</p>
          <div><button type='button' onClick={() => setOpen(true)}>Make the next keys …</button></div>
          {open && (
            <Sure title='Make the next keys?' act='Make them' does={rotate} onClose={() => setOpen(false)}>
              A new key for each kind of token is published now and signs in about five minutes. Nobody is signed out, and nothing else has to be done.
            </Sure>
          )}
        </>
      )}
    </section>
  )
}
