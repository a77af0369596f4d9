import type { ComponentType } from 'preact'
import { lazy } from 'preact-iso'
import { Page } from './components/page.js'

/** A page whose script is fetched when it is first shown. It may not come: the network is down, or a newer release has other files. */
export const lazyPage = (load: () => Promise<ComponentType>): ComponentType =>
  lazy(async () => ({ default: await load().catch(() => NotLoaded) }))

function NotLoaded () {
  return (
    <Page title='This page could not be loaded' form='card' lead='The network may be down, or there is a newer version of it.'>
      <button type='button' class='primary' onClick={() => location.reload()}>Load it again</button>
    </Page>
  )
}
