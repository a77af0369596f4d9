import { useState } from 'preact/hooks'
import { auth } from '../auth.js'
import { Form } from '../components/form.js'
import { Page } from '../components/page.js'
import { useForm } from '../form.js'
import { useMailedToken } from '../mailed-token.js'
import { to } from '../settings.js'

/** Nothing happens before somebody says so: programs that look through mails open links, too. */
export function VerifyEmail () {
  const token = useMailedToken()
  const [email, setEmail] = useState<string>()
  const form = useForm({
    initial: {},
    submit: async () => setEmail((await auth.verifyEmail({ token })).email)
  })

  if (email !== undefined) {
    return (
      <Page title='Thank you' form='card' lead={`${email} is confirmed.`}>
        <p><a class='primary button' href={to('/account')}>Go to your account</a></p>
      </Page>
    )
  }
  if (token === '') {
    return (
      <Page title='This link is not whole' form='card' lead='Part of it is missing: open it from the mail once more, or ask for another one in your account.'>
        <p class='ways'><a href={to('/account')}>Go to your account</a></p>
      </Page>
    )
  }
  return (
    <Page title='Confirm your address' form='card' lead='One more step, so that we know that you are the one who reads this mailbox.'>
      <Form form={form} act='Confirm my address'>{null}</Form>
      <p class='ways'><a href={to('/account')}>Go to your account</a></p>
    </Page>
  )
}
