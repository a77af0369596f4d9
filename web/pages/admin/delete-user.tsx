import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Sure } from '../../components/sure.js'
import { to } from '../../settings.js'
import { leaveWord } from '../../word.js'

export function DeleteUser ({ id, name }: { id: string, name: string }) {
  const [open, setOpen] = useState(false)
  const { route } = useLocation()
  async function deleteUser () {
    await auth.users.delete(id)
    leaveWord(`The account of ${name} is deleted.`)
    route(to('/admin/users'), true)
  }
  return (
    <>
      <button type='button' class='danger' onClick={() => setOpen(true)}>Delete …</button>
      {open && (
        <Sure title={`Delete the account of ${name}?`} act='Delete the account' danger does={deleteUser} onClose={() => setOpen(false)}>
          Every device is signed out, and the account is gone for good. What happened stays among the events.
        </Sure>
      )}
    </>
  )
}
