import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { GatehouseError, type Session } from '../../../client/index.js'
import { useAct } from '../../act.js'
import { auth } from '../../auth.js'
import { Said } from '../../components/said.js'
import { Trouble } from '../../components/trouble.js'
import { useIdentity } from '../../identity.js'
import { nameOf } from '../../lib/device-name.js'
import { useWatched } from '../../watched.js'
import { AccountPage } from './account-page.js'
import { DeviceRow, SkeletonRow } from './device-row.js'
import { EndOthers } from './end-others.js'

const isGone = (error: unknown) => error instanceof GatehouseError && error.code === 'not_found'

export function Devices () {
  const { signOut } = useIdentity()
  const { found, trouble, look } = useWatched(auth.sessions.list)
  const { busy, said, trouble: failure, act } = useAct()
  // An answer that was on its way already may still name them.
  const [ended, setEnded] = useState<readonly string[]>([])
  const list = useRef<HTMLUListElement>(null)
  const next = useRef<number | undefined>(undefined)

  const sessions = found?.filter(({ id }) => !ended.includes(id)).sort((one, other) => Number(other.current) - Number(one.current))
  const others = sessions?.filter(({ current }) => !current) ?? []

  // Where a row or a button is gone, whoever was on it goes on at the row in its place.
  useLayoutEffect(() => {
    if (next.current === undefined) return
    const rows = list.current?.children ?? []
    ;(rows[Math.min(next.current, rows.length - 1)] as HTMLElement | undefined)?.focus()
    next.current = undefined
  }, [ended, found])

  const end = (session: Session, place: number) => act(async () => {
    if (session.current) {
      await signOut()
      return
    }
    await auth.sessions.end(session.id).catch((error: unknown) => { if (!isGone(error)) throw error })
    drop([session], place)
    return `${nameOf(session)} is signed out.`
  })

  const endOthers = async () => {
    await auth.sessions.endOthers()
    drop(others, 0)
    return others.length === 1 ? 'The other device is signed out.' : `${others.length} other devices are signed out.`
  }

  function drop (sessions: Session[], place: number) {
    next.current = place
    setEnded((before) => [...before, ...sessions.map(({ id }) => id)])
    look()
  }

  return (
    <AccountPage title='Your devices'>
      <p class='lead'>Where you are signed in. Whatever you do not know: sign it out, and change your password.</p>
      <ul class='devices' ref={list} aria-busy={sessions === undefined}>
        {sessions === undefined && trouble === undefined && <><SkeletonRow /><SkeletonRow /></>}
        {sessions?.map((session, place) => <DeviceRow key={session.id} session={session} busy={busy} onEnd={() => end(session, place)} />)}
      </ul>
      {trouble !== undefined && <Trouble error={trouble} onAgain={() => { next.current = 0; look() }} />}
      <Said wrong={failure !== undefined}>{failure ?? said}</Said>
      {sessions !== undefined && (
        <div class='acts'>
          {others.length > 0 && <EndOthers count={others.length} busy={busy} act={act} endOthers={endOthers} />}
          <button type='button' class='danger' aria-disabled={busy} onClick={() => act(async () => { await signOut({ everywhere: true }); return undefined })}>Sign out everywhere</button>
        </div>
      )}
    </AccountPage>
  )
}
