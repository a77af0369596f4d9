import { useId } from 'preact/hooks'
import type { Session } from '../../../client/index.js'
import { Time } from '../../components/time.js'
import { nameOf } from '../../lib/device-name.js'

export function DeviceRow ({ session, busy, onEnd }: { session: Session, busy: boolean, onEnd: () => void }) {
  const id = useId()
  const { current, ip, createdAt, lastUsedAt, expiresAt } = session
  const name = nameOf(session)
  return (
    <li class='device' tabIndex={-1}>
      <div class='what'>
        <p><strong>{name}</strong> {current && <span class='badge good'>This one</span>}</p>
        <p class='quiet small facts' id={id}>
          {ip !== null && <span>From {ip}</span>}
          <span>Last used <Time at={lastUsedAt} /></span>
          <span>Signed in <Time at={createdAt} /></span>
          <span>Expires <Time at={expiresAt} /></span>
        </p>
      </div>
      <button type='button' class='small' aria-label={`Sign out ${current ? 'this device' : name}`} aria-describedby={id} aria-disabled={busy} onClick={onEnd}>Sign out</button>
    </li>
  )
}

/** Keeps the room of a row that is on its way. */
export const SkeletonRow = () => <li class='device skeleton' aria-hidden='true' />
