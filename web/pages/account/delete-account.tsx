import { useState } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Dialog } from '../../components/dialog.js'
import { Form } from '../../components/form.js'
import { PasswordField } from '../../components/password-field.js'
import { Username } from '../../components/username.js'
import { useForm } from '../../form.js'
import { useIdentity, useUser } from '../../identity.js'

export function DeleteAccount () {
  const [open, setOpen] = useState(false)
  return (
    <section class='panel' aria-labelledby='delete'>
      <h2 id='delete'>Delete this account</h2>
      <p class='quiet'>For good: nobody can bring it back.</p>
      <button type='button' class='danger' onClick={() => setOpen(true)}>Delete my account …</button>
      {open && <Farewell onClose={() => setOpen(false)} />}
    </section>
  )
}

function Farewell ({ onClose }: { onClose: () => void }) {
  const { email } = useUser()
  const { leaveBy } = useIdentity()
  const form = useForm({
    initial: { password: '' },
    wrong: { password: 'Enter your current password.' },
    places: { wrong_password: 'password', last_admin: 'password' },
    submit: async ({ password }) => await leaveBy(async () => await auth.deleteMe({ password }), 'Your account is deleted.')
  })
  return (
    <Dialog title='Delete your account?' cancel='Keep my account' onClose={onClose}>
      <p>Your name, your photo and your address {email} are lost, and every device is signed out. What you have in apps that you sign in to from here can no longer be reached. This cannot be undone.</p>
      <Form form={form} act='Delete my account' danger>
        <Username email={email} />
        <PasswordField label='Password' autocomplete='current-password' {...form.field('password')} />
      </Form>
    </Dialog>
  )
}
