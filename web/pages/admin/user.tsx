import { useRoute } from 'preact-iso'
import { useRef, useState } from 'preact/hooks'
import { GatehouseError, type Event, type Session, type UserForAdmins } from '../../../client/index.js'
import { useAct } from '../../act.js'
import { auth } from '../../auth.js'
import { Avatar } from '../../components/avatar.js'
import { Said } from '../../components/said.js'
import { Sure } from '../../components/sure.js'
import { Time } from '../../components/time.js'
import { Trouble } from '../../components/trouble.js'
import { useUser } from '../../identity.js'
import { nameOf } from '../../lib/device-name.js'
import { shortTime } from '../../lib/time.js'
import { useListed } from '../../listed.js'
import { to } from '../../settings.js'
import { useWatched } from '../../watched.js'
import { NotFound } from '../not-found.js'
import { AdminPage } from './admin-page.js'
import { DeleteUser } from './delete-user.js'
import { EventRows } from './event-rows.js'
import { RenameUser } from './rename-user.js'
import { Standing } from './users.js'

export function UserPage () {
  const { id = '' } = useRoute().params
  return <OneUser key={id} id={id} />
}

function OneUser ({ id }: { id: string }) {
  const { found: user, trouble, look } = useWatched(async () => await auth.users.get(id))
  if (trouble instanceof GatehouseError && trouble.code === 'not_found') return <NotFound />
  return (
    <AdminPage title={user?.name ?? 'User'}>
      {trouble !== undefined && <Trouble error={trouble} onAgain={look} />}
      {user === undefined ? <div class='plots-to-come' role='status'><span class='hidden'>Loading</span></div> : <Known user={user} look={look} />}
    </AdminPage>
  )
}

function Known ({ user, look }: { user: UserForAdmins, look: () => void }) {
  const { id, name, email, role, createdAt, updatedAt } = user
  const isMe = useUser().id === id
  const [said, setSaid] = useState<string>()
  return (
    <>
      <section class='panel' aria-labelledby='profile'>
        <h2 id='profile' class='hidden'>Profile</h2>
        <div class='who'><Avatar name={name} photo='' /><p><strong>{email}</strong><br /><Standing {...user} /> {isMe && <span class='badge'>This is you</span>}</p></div>
        <dl class='facts-of small'>
          <dt>Id</dt><dd><code>{id}</code></dd>
          <dt>Role</dt><dd>{role === 'admin' ? 'Administrator' : 'User'}</dd>
          <dt>Account opened</dt><dd><time datetime={createdAt}>{shortTime(createdAt)}</time></dd>
          <dt>Last changed</dt><dd><Time at={updatedAt} /></dd>
        </dl>
        <RenameUser user={user} onRenamed={() => { setSaid('The name is changed.'); look() }} />
        <Said>{said}</Said>
      </section>
      <Rights user={user} look={look} isMe={isMe} />
      <Sessions id={id} />
      <LatestEvents id={id} />
    </>
  )
}

function Rights ({ user: { id, name, role, disabled }, look, isMe }: { user: UserForAdmins, look: () => void, isMe: boolean }) {
  const { busy, said, trouble, act } = useAct()
  const change = async (changes: Parameters<typeof auth.users.change>[1]) => {
    await auth.users.change(id, changes)
    look()
  }
  const changeAndSay = (changes: Parameters<typeof auth.users.change>[1], word: string) => act(async () => {
    await change(changes)
    return word
  })
  const other = role === 'admin' ? 'user' : 'admin'
  return (
    <section class='panel' aria-labelledby='rights'>
      <h2 id='rights'>Rights</h2>
      <p class='quiet'>A change holds from the next request on.</p>
      <div class='acts'>
        {isMe
          ? <OwnRights change={change} />
          : (
            <>
              <button type='button' aria-disabled={busy} onClick={() => changeAndSay({ role: other }, other === 'admin' ? `${name} is an administrator now.` : `${name} is a plain user now.`)}>
                {other === 'admin' ? 'Make an administrator' : 'Make a plain user'}
              </button>
              <button type='button' class={disabled ? '' : 'danger'} aria-disabled={busy} onClick={() => changeAndSay({ disabled: !disabled }, disabled ? `${name} may sign in again.` : `${name} is signed out and cannot sign in.`)}>
                {disabled ? 'Let in again' : 'Disable'}
              </button>
            </>
            )}
        <DeleteUser id={id} name={name} />
      </div>
      <Said wrong={trouble !== undefined}>{trouble ?? said}</Said>
    </section>
  )
}

/** What an administrator does to himself cannot be taken back by him: he is asked first. */
function OwnRights ({ change }: { change: (changes: { role: 'user' } | { disabled: true }) => Promise<void> }) {
  const [asked, setAsked] = useState<'role' | 'disabled'>()
  const close = () => setAsked(undefined)
  return (
    <>
      <button type='button' onClick={() => setAsked('role')}>Make a plain user …</button>
      <button type='button' class='danger' onClick={() => setAsked('disabled')}>Disable …</button>
      {asked === 'role' && (
        <Sure title='Give up your own rights?' act='Make me a plain user' danger does={() => change({ role: 'user' })} onClose={close}>
          You lose these pages at once. Only another administrator can give them back to you.
        </Sure>
      )}
      {asked === 'disabled' && (
        <Sure title='Disable your own account?' act='Disable my account' danger does={() => change({ disabled: true })} onClose={close}>
          You are signed out everywhere and cannot sign in. Only another administrator can let you in again.
        </Sure>
      )}
    </>
  )
}

function Sessions ({ id }: { id: string }) {
  const { found, trouble, look } = useWatched(async () => await auth.users.sessions(id))
  const { busy, said, trouble: failure, act } = useAct()
  const heading = useRef<HTMLHeadingElement>(null)
  const end = () => act(async () => {
    await auth.users.endSessions(id)
    heading.current?.focus()
    look()
    return 'All sessions are ended.'
  })
  return (
    <section class='panel' aria-labelledby='sessions'>
      <div class='summary-row'>
        <h2 id='sessions' tabIndex={-1} ref={heading}>Sessions</h2>
        {found !== undefined && found.length > 0 && <button type='button' class='small danger' aria-disabled={busy} onClick={end}>End all sessions</button>}
      </div>
      {trouble !== undefined && <Trouble error={trouble} onAgain={look} />}
      <ul class='list' aria-busy={found === undefined}>{found?.map((session) => <SessionRow key={session.id} session={session} />)}</ul>
      {found?.length === 0 && <p class='quiet'>Signed in nowhere.</p>}
      <Said wrong={failure !== undefined}>{failure ?? said}</Said>
    </section>
  )
}

function SessionRow ({ session }: { session: Session }) {
  const { ip, createdAt, lastUsedAt } = session
  return (
    <li>
      <strong>{nameOf(session)}</strong>
      <span class='quiet small'>{ip !== null && `From ${ip}. `}Last used <Time at={lastUsedAt} />, signed in <Time at={createdAt} />.</span>
    </li>
  )
}

function LatestEvents ({ id }: { id: string }) {
  const listed = useListed<Event>(id, async () => ({ rows: (await auth.events.list({ user: id, limit: 10 })).events, nextCursor: null }))
  return (
    <section aria-labelledby='events'>
      <div class='summary-row'><h2 id='events'>Latest events</h2><a href={to(`/admin/events?user=${id}`)}>All of them</a></div>
      <EventRows listed={listed} />
    </section>
  )
}
