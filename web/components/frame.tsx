import type { ComponentChildren } from 'preact'
import { useLocation } from 'preact-iso'
import { useIdentity } from '../identity.js'
import { to } from '../settings.js'

/** What is around every page: the way home, where one may go, and whether the server answers. */
export function Frame ({ children }: { children: ComponentChildren }) {
  const { user, unreachable } = useIdentity()
  return (
    <>
      <button type='button' class='skip' onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}>Skip to the content</button>
      <header class='bar'>
        <a class='brand' href={to('/')}><Mark />{location.host}</a>
        {user && <Navigation />}
      </header>
      <div class={`offline${unreachable ? ' on' : ''}`} role='status'>{unreachable && 'The server cannot be reached. What you see may be out of date; trying again …'}</div>
      <main>{children}</main>
    </>
  )
}

const Mark = () => <svg class='mark' viewBox='0 0 32 32' aria-hidden='true'><rect width='32' height='32' rx='7' /><path d='M8 25V14a8 8 0 0 1 16 0v11h-5V14a3 3 0 0 0-6 0v11z' /></svg>

function Navigation () {
  const { user, signOut } = useIdentity()
  const { path } = useLocation()
  const link = (page: string, label: string) =>
    <a href={to(page)} aria-current={path === to(page) || path.startsWith(`${to(page)}/`) ? 'page' : undefined}>{label}</a>
  return (
    <nav aria-label='Main'>
      {link('/account', 'Account')}
      {user?.role === 'admin' && link('/admin', 'Administration')}
      <button type='button' class='plain' onClick={() => { signOut().catch(() => {}) }}>Sign out</button>
    </nav>
  )
}
