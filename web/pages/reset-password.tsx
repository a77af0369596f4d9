import { useState } from 'preact/hooks'
import { auth } from '../auth.js'
import { Form } from '../components/form.js'
import { NewPasswordField, passwordBounds } from '../components/new-password-field.js'
import { Page } from '../components/page.js'
import { useForm } from '../form.js'
import { useMailedToken } from '../mailed-token.js'
import { to } from '../settings.js'

const nobody = { name: '', email: '' }

export function ResetPassword () {
  const token = useMailedToken()
  const [done, setDone] = useState(false)
  const form = useForm({
    initial: { password: '' },
    wrong: { password: passwordBounds },
    places: { password_too_weak: 'password' },
    async submit ({ password }) {
      await auth.resetPassword({ token, password })
      setDone(true)
    }
  })

  if (done) {
    return (
      <Page title='Your password is changed' form='card' lead='Every device was signed out. Sign in with your new password.'>
        <p><a class='primary button' href={to('/sign-in')}>Sign in</a></p>
      </Page>
    )
  }
  if (token === '') {
    return (
      <Page title='This link is not whole' form='card' lead='Part of it is missing: open it from the mail once more, or ask for another one.'>
        <p class='ways'><a href={to('/forgot-password')}>Ask for another link</a></p>
      </Page>
    )
  }
  return (
    <Page title='Choose a new password' form='card' lead='It signs out every device on which you are signed in.'>
      <Form form={form} act='Change my password'>
        <NewPasswordField label='New password' whose={nobody} {...form.field('password')} />
      </Form>
      <p class='ways'><a href={to('/forgot-password')}>Ask for another link</a></p>
    </Page>
  )
}
