import { Page } from '../../components/page.js'

export function Users () {
  return <Page title='Users' />
}
