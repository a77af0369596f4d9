import { Page } from '../../components/page.js'

export function Devices () {
  return <Page title='Devices' />
}
