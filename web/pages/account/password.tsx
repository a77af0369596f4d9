import { Page } from '../../components/page.js'

export function Password () {
  return <Page title='Password' />
}
