import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Dialog } from '../../components/dialog.js'
import { Form } from '../../components/form.js'
import { useForm } from '../../form.js'
import { to } from '../../settings.js'

export function DeleteUser (user: { id: string, name: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type='button' class='danger' onClick={() => setOpen(true)}>Delete …</button>
      {open && <Sure {...user} onClose={() => setOpen(false)} />}
    </>
  )
}

function Sure ({ id, name, onClose }: { id: string, name: string, onClose: () => void }) {
  const { route } = useLocation()
  const form = useForm({
    initial: {},
    async submit () {
      await auth.users.delete(id)
      route(to('/admin/users'), true)
    }
  })
  return (
    <Dialog title={`Delete the account of ${name}?`} onClose={onClose}>
      <p>Every device is signed out, and the account is gone for good. What happened stays among the events.</p>
      <Form form={form} act='Delete the account' danger>{null}</Form>
    </Dialog>
  )
}
