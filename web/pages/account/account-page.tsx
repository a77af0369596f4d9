import type { ComponentChildren } from 'preact'
import { useLocation } from 'preact-iso'
import { Page } from '../../components/page.js'
import { to } from '../../settings.js'
import '../../styles/account.css'

const tabs = [['/account', 'Profile'], ['/account/password', 'Password'], ['/account/devices', 'Devices']] as const

/** What is around each page of one's own account. */
export function AccountPage ({ title, children }: { title: string, children: ComponentChildren }) {
  const { path } = useLocation()
  return (
    <Page title={title}>
      <nav class='tabs' aria-label='Your account'>
        {tabs.map(([page, label]) => <a key={page} href={to(page)} aria-current={path === to(page) ? 'page' : undefined}>{label}</a>)}
      </nav>
      {children}
    </Page>
  )
}
