import { useRef } from 'preact/hooks'
import { auth } from '../../auth.js'
import { Field } from '../../components/field.js'
import { Form } from '../../components/form.js'
import { PasswordField } from '../../components/password-field.js'
import { Username } from '../../components/username.js'
import { useForm } from '../../form.js'
import { useUser } from '../../identity.js'

export function ChangeEmail ({ onAsked }: { onAsked: (email: string) => void }) {
  const user = useUser()
  const details = useRef<HTMLDetailsElement>(null)
  const summary = useRef<HTMLElement>(null)
  const form = useForm({
    initial: { email: '', password: '' },
    wrong: { email: 'Enter an email address, such as ada@example.com.', password: 'Enter your current password.' },
    places: { email_taken: 'email', wrong_password: 'password' },
    async submit ({ email, password }) {
      await auth.changeEmail({ email, password })
      form.reset()
      if (details.current !== null) details.current.open = false
      summary.current?.focus()
      onAsked(email.trim())
    }
  })

  return (
    <details ref={details}>
      <summary ref={summary}>Change the address</summary>
      <Form form={form} act='Mail me a link'>
        <Field label='New address' type='email' autocomplete='email' {...form.field('email')} />
        <Username email={user.email} />
        <PasswordField label='Current password' autocomplete='current-password' {...form.field('password')} />
      </Form>
    </details>
  )
}
