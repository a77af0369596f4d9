import { useEffect, useRef, useState } from 'preact/hooks'
import type { Role, UserForAdmins } from '../../../client/index.js'
import { auth } from '../../auth.js'
import { Notice } from '../../components/notice.js'
import { Rows } from '../../components/rows.js'
import { shortTime } from '../../lib/time.js'
import { useListed } from '../../listed.js'
import { useQuery } from '../../query.js'
import { to } from '../../settings.js'
import { useWord } from '../../word.js'
import { AdminPage } from './admin-page.js'

const pauseMilliseconds = 250

export function Users () {
  const [{ q = '', role = '' }, setQuery] = useQuery()
  const listed = useListed<UserForAdmins>(`${role} ${q}`, async (cursor) => {
    const { users: rows, nextCursor } = await auth.users.list({ ...(q.trim() !== '' && { q: q.trim() }), ...(role !== '' && { role: role as Role }), cursor })
    return { rows, nextCursor }
  })
  const word = useWord()
  return (
    <AdminPage title='Users'>
      {word !== undefined && <Notice>{word}</Notice>}
      <form class='filters' role='search' onSubmit={(event) => event.preventDefault()}>
        <label class='grow'>Search<SearchInput value={q} onValue={(q) => setQuery({ q })} /></label>
        <label>Role
          <select value={role} onChange={({ currentTarget }) => setQuery({ role: currentTarget.value })}>
            <option value=''>All</option><option value='user'>Users</option><option value='admin'>Administrators</option>
          </select>
        </label>
      </form>
      <Rows label='Users' columns={['Name', 'Email', 'Standing', 'Account opened']} listed={listed} none='Nobody is found by that.' draw={row} />
    </AdminPage>
  )
}

const row = ({ id, name, email, role, verified, disabled, createdAt }: UserForAdmins) => (
  <tr key={id}>
    <th scope='row'><a href={to(`/admin/users/${id}`)}>{name}</a></th>
    <td class='small'>{email}</td>
    <td><Standing role={role} verified={verified} disabled={disabled} /></td>
    <td class='nowrap small quiet'><time datetime={createdAt}>{shortTime(createdAt)}</time></td>
  </tr>
)

/** What is out of the ordinary with an account, in a few words. */
export function Standing ({ role, verified, disabled }: Pick<UserForAdmins, 'role' | 'verified' | 'disabled'>) {
  return (
    <>
      {role === 'admin' && <><span class='badge good'>Administrator</span> </>}
      {disabled && <><span class='badge wrong'>Disabled</span> </>}
      {!verified && <span class='badge warn'>Not verified</span>}
    </>
  )
}

/** Asks once somebody pauses, and not at each letter. */
function SearchInput ({ value, onValue }: { value: string, onValue: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const told = useRef(value)
  useEffect(() => () => clearTimeout(timer.current), [])
  // What the address says by another way than this input, such as the link to this page, is what is searched for now.
  useEffect(() => {
    if (value === told.current) return
    clearTimeout(timer.current)
    told.current = value
    setTyped(value)
  }, [value])
  return (
    <input
      type='search' value={typed} placeholder='Name or email' spellcheck={false} autocomplete='off' onInput={({ currentTarget }) => {
        const { value } = currentTarget
        setTyped(value)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => {
          told.current = value
          onValue(value)
        }, pauseMilliseconds)
      }}
    />
  )
}
