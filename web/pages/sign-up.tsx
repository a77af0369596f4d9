import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { auth } from '../auth.js'
import { Field } from '../components/field.js'
import { Form } from '../components/form.js'
import { Loading } from '../components/loading.js'
import { NewPasswordField, passwordBounds } from '../components/new-password-field.js'
import { Page } from '../components/page.js'
import { useForm } from '../form.js'
import { useIdentity } from '../identity.js'
import { useLeaveFor } from '../leave.js'
import { to } from '../settings.js'

export function SignUp () {
  const { user } = useIdentity()
  const { url } = useLocation()
  const leave = useLeaveFor()
  const form = useForm({
    initial: { name: '', email: '', password: '' },
    wrong: { name: 'Enter your name, of up to 100 characters.', email: 'Enter an email address, such as ada@example.com.', password: passwordBounds },
    places: { email_taken: 'email', password_too_weak: 'password' },
    async submit ({ name, email, password }) {
      await auth.register({ name, email, password })
      await auth.login({ email, password })
    }
  })

  useEffect(() => { if (user) leave() }, [user, leave])
  if (user !== null) return <Loading />

  const query = new URL(url, location.href).search
  return (
    <Page title='Open an account' form='card'>
      <Form form={form} act='Open the account'>
        <Field label='Name' autocomplete='name' {...form.field('name')} />
        <Field label='Email' type='email' autocomplete='username' hint='We mail a link there, to see that it is yours.' {...form.field('email')} />
        <NewPasswordField label='Password' whose={form.values} {...form.field('password')} />
      </Form>
      <p class='ways'><a href={to('/sign-in') + query}>Sign in instead</a></p>
    </Page>
  )
}
