import { Page } from '../components/page.js'
import { to } from '../settings.js'

export function NotFound () {
  return (
    <Page title='There is nothing here' form='card' lead='This page does not exist, or is not for you.'>
      <p><a href={to('/')}>Go to your account</a></p>
    </Page>
  )
}
