import { useLocation } from 'preact-iso'
import { useEffect } from 'preact/hooks'
import { auth } from '../auth.js'
import { Field } from '../components/field.js'
import { Form } from '../components/form.js'
import { Loading } from '../components/loading.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { PasswordField } from '../components/password-field.js'
import { useForm } from '../form.js'
import { useIdentity } from '../identity.js'
import { useLeaveFor } from '../leave.js'
import { to } from '../settings.js'

/** With `here`, in the place of a page that wants somebody signed in: that page is shown at once when somebody is. */
export function SignIn ({ here = false }: { here?: boolean }) {
  const { user, parting } = useIdentity()
  const { url } = useLocation()
  const leave = useLeaveFor()
  const form = useForm({
    initial: { email: '', password: '' },
    wrong: { email: 'Enter an email address, such as ada@example.com.', password: 'Enter your password.' },
    submit: async (credentials) => await auth.login(credentials)
  })

  useEffect(() => { if (user && !here) leave() }, [user, here, leave])
  if (user !== null && !here) return <Loading />

  const query = new URL(url, location.href).search
  return (
    <Page title='Sign in' form='card'>
      {parting !== undefined && <Notice kind='plain'>{parting}</Notice>}
      <Form form={form} act='Sign in'>
        <Field label='Email' type='email' autocomplete='username' {...form.field('email')} />
        <PasswordField label='Password' autocomplete='current-password' {...form.field('password')} />
      </Form>
      <p class='ways'><a href={to('/forgot-password')}>Forgot your password?</a> <a href={to('/sign-up') + query}>Open an account</a></p>
    </Page>
  )
}
