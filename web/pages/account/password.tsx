import { useState } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Form } from '../../components/form.js'
import { NewPasswordField, passwordBounds } from '../../components/new-password-field.js'
import { PasswordField } from '../../components/password-field.js'
import { Said } from '../../components/said.js'
import { Username } from '../../components/username.js'
import { useForm } from '../../form.js'
import { useUser } from '../../identity.js'
import { AccountPage } from './account-page.js'

export function Password () {
  const user = useUser()
  const [said, setSaid] = useState<string>()
  const form = useForm({
    initial: { currentPassword: '', newPassword: '' },
    wrong: { currentPassword: 'Enter your current password.', newPassword: passwordBounds },
    places: { wrong_password: 'currentPassword', password_too_weak: 'newPassword' },
    async submit (passwords) {
      setSaid(undefined)
      await auth.changePassword(passwords)
      form.reset()
      setSaid('Your password is changed, and all other devices are signed out.')
    }
  })

  return (
    <AccountPage title='Your password'>
      <section class='panel'>
        <p class='quiet'>A new password signs out all your other devices. This one stays signed in.</p>
        <Form form={form} act='Change my password'>
          <Username email={user.email} />
          <PasswordField label='Current password' autocomplete='current-password' {...form.field('currentPassword')} />
          <NewPasswordField label='New password' whose={user} {...form.field('newPassword')} />
        </Form>
        <Said>{said}</Said>
      </section>
    </AccountPage>
  )
}
