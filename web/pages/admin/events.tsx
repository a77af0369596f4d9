import { Page } from '../../components/page.js'

export function Events () {
  return <Page title='Events' />
}
