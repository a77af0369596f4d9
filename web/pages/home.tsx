import { useLocation } from 'preact-iso'
import { useEffect } from 'preact/hooks'
import { Loading } from '../components/loading.js'
import { useIdentity } from '../identity.js'
import { to } from '../settings.js'

/** Leads on: to the account of whoever is signed in, else to signing in. */
export function Home () {
  const { user } = useIdentity()
  const { route } = useLocation()
  useEffect(() => {
    if (user !== undefined) route(to(user === null ? '/sign-in' : '/account'), true)
  }, [user, route])
  return <Loading />
}
