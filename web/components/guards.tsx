import type { ComponentType } from 'preact'
import { useIdentity } from '../identity.js'
import { SignIn } from '../pages/sign-in.js'
import { NotFound } from '../pages/not-found.js'
import { Loading } from './loading.js'

/** Shows a page to whoever is signed in, and to others, at the same address, the way to sign in. */
export function ForSignedIn ({ page: Page }: { page: ComponentType }) {
  const { user } = useIdentity()
  if (user === undefined) return <Loading />
  return user === null ? <SignIn here /> : <Page key={user.id} />
}

/** Shows a page to administrators; to others it is as if there were none. */
export function ForAdmins ({ page: Page }: { page: ComponentType }) {
  const { user } = useIdentity()
  if (user === undefined) return <Loading />
  if (user === null) return <SignIn here />
  return user.role === 'admin' ? <Page key={user.id} /> : <NotFound />
}
