import { useState } from 'preact/hooks'
import { auth } from '../auth.js'
import { Field } from '../components/field.js'
import { Form } from '../components/form.js'
import { Page } from '../components/page.js'
import { useForm } from '../form.js'
import { to } from '../settings.js'

export function ForgotPassword () {
  const [sentTo, setSentTo] = useState<string>()
  const form = useForm({
    initial: { email: '' },
    wrong: { email: 'Enter an email address, such as ada@example.com.' },
    async submit ({ email }) {
      await auth.forgotPassword({ email })
      setSentTo(email)
    }
  })

  if (sentTo !== undefined) {
    return (
      <Page title='Look into your mailbox' form='card' lead={`If ${sentTo} has an account here, a link is on its way there. It works once, within one hour.`}>
        <p class='ways'><a href={to('/sign-in')}>Back to signing in</a></p>
      </Page>
    )
  }
  return (
    <Page title='Forgot your password?' form='card' lead='Tell us your address, and we mail you a link with which you choose a new one.'>
      <Form form={form} act='Mail me a link'>
        <Field label='Email' type='email' autocomplete='username' {...form.field('email')} />
      </Form>
      <p class='ways'><a href={to('/sign-in')}>Back to signing in</a></p>
    </Page>
  )
}
