import { AccountPage } from './account-page.js'
import { DeleteAccount } from './delete-account.js'
import { EmailAddress } from './email-address.js'
import { NameAndPhoto } from './name-and-photo.js'

export function Profile () {
  return (
    <AccountPage title='Your profile'>
      <NameAndPhoto />
      <EmailAddress />
      <DeleteAccount />
    </AccountPage>
  )
}
