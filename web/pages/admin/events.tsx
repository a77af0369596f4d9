import { useEffect, useRef, useState } from 'preact/hooks'
import type { Event, EventType } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { createWatch } from '../../lib/watch.js'
import { eventWords } from '../../lib/words-for-events.js'
import { useListed, type Listed } from '../../listed.js'
import { useQuery } from '../../query.js'
import { AdminPage } from './admin-page.js'
import { EventRows } from './event-rows.js'

const followMilliseconds = 2000

export function Events () {
  const [{ type = '', user = '' }, setQuery] = useQuery()
  const filter = { ...(type !== '' && { type: type as EventType }), ...(user !== '' && { user }) }
  const ask = async (cursor?: string) => {
    const { events: rows, nextCursor } = await auth.events.list({ ...filter, cursor })
    return { rows, nextCursor }
  }
  const listed = useListed<Event>(`${type} ${user}`, ask)
  const [following, setFollowing] = useState(false)
  useFollow(following, `${type} ${user}`, async () => (await ask()).rows, listed)

  return (
    <AdminPage title='Events'>
      <form class='filters' onSubmit={(event) => event.preventDefault()}>
        <label class='grow'>What
          <select value={type} onChange={({ currentTarget }) => setQuery({ type: currentTarget.value })}>
            <option value=''>Everything</option>
            {Object.entries(eventWords).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </select>
        </label>
        {user !== '' && <button type='button' onClick={() => setQuery({ user: '' })}>Only user {user.slice(0, 8)}: show everybody</button>}
        <button type='button' aria-pressed={following} onClick={() => setFollowing(!following)}>{following ? 'Stop following' : 'Follow'}</button>
      </form>
      <p class='hidden' role='status'>{following && `Following. Events shown: ${listed.rows?.length ?? 0}.`}</p>
      <EventRows listed={listed} whose />
    </AdminPage>
  )
}

/** Looks for what is new, again and again, while the page is seen. An answer to what nobody asks for any more is passed over. */
function useFollow (following: boolean, key: string, ask: () => Promise<readonly Event[]>, { putFirst }: Listed<Event>) {
  const latest = useRef({ ask, putFirst })
  useEffect(() => { latest.current = { ask, putFirst } })
  useEffect(() => {
    if (!following) return
    const watch = createWatch<readonly Event[]>({
      ask: async () => await latest.current.ask(),
      tell: (newest) => latest.current.putFirst(newest ?? []),
      // What failed is asked again.
      fail () {},
      seen: () => document.visibilityState === 'visible',
      everyMilliseconds: followMilliseconds
    })
    document.addEventListener('visibilitychange', watch.glance)
    watch.look()
    return () => {
      document.removeEventListener('visibilitychange', watch.glance)
      watch.stop()
    }
  }, [following, key])
}
