import { Page } from '../../components/page.js'

export function Profile () {
  return <Page title='Profile' />
}
