import type { ComponentChildren } from 'preact'
import { useLocation } from 'preact-iso'
import { Page } from '../../components/page.js'
import { to } from '../../settings.js'
import '../../styles/admin.css'

const tabs = [['/admin', 'Overview'], ['/admin/users', 'Users'], ['/admin/events', 'Events'], ['/admin/keys', 'Keys']] as const

/** What is around each page for administrators. */
export function AdminPage ({ title, children }: { title: string, children: ComponentChildren }) {
  const { path } = useLocation()
  const isHere = (page: string) => path === to(page) || (page !== '/admin' && path.startsWith(`${to(page)}/`))
  return (
    <Page title={title} form='wide'>
      <nav class='tabs' aria-label='Administration'>
        {tabs.map(([page, label]) => <a key={page} href={to(page)} aria-current={isHere(page) ? 'page' : undefined}>{label}</a>)}
      </nav>
      {children}
    </Page>
  )
}
