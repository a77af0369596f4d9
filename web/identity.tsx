import { createContext, type ComponentChildren } from 'preact'
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { User } from '../client/index.js'
import { auth } from './auth.js'
import { createWatch } from './lib/watch.js'

export interface Identity {
  /** Who is signed in; null when nobody is, undefined while that is not known yet. */
  user: User | null | undefined
  /** The server could not be asked just now: what is shown may be out of date. */
  unreachable: boolean
  /** What to say to somebody whose session on this page is over, when there is something to say. */
  parting: string | undefined
  /** Signs out here; with `everywhere`, on all devices. */
  signOut: (options?: { everywhere?: boolean }) => Promise<void>
  /** Does what ends this session here, as its user wants, and says so at the end. */
  leaveBy: (act: () => Promise<void>, word?: string) => Promise<void>
}

const endedElsewhere = 'You were signed out: this session was ended.'

const Context = createContext<Identity | undefined>(undefined)

export function useIdentity (): Identity {
  const identity = useContext(Context)
  if (identity === undefined) throw new Error('no IdentityProvider around')
  return identity
}

/** For pages that only somebody who is signed in gets to see. */
export function useUser (): User {
  const { user } = useIdentity()
  if (user === null || user === undefined) throw new Error('nobody is signed in')
  return user
}

export function IdentityProvider ({ children }: { children: ComponentChildren }) {
  const [user, setUser] = useState<User | null | undefined>(auth.signedIn === false ? null : undefined)
  const [unreachable, setUnreachable] = useState(false)
  const [parting, setParting] = useState<string>()
  const leaving = useRef(false)
  const known = useRef(user)

  const watch = useMemo(() => createWatch({
    ask: async () => await auth.me(),
    tell (found) {
      setUnreachable(false)
      if (JSON.stringify(found) === JSON.stringify(known.current)) return
      if (found === null && known.current && !leaving.current) setParting(endedElsewhere)
      if (found !== null) setParting(undefined)
      leaving.current = false
      known.current = found
      setUser(found)
    },
    fail: () => setUnreachable(true),
    seen: () => document.visibilityState === 'visible'
  }), [])

  useEffect(() => {
    const offs = (['signedIn', 'signedOut', 'changed'] as const).map((type) => auth.on(type, watch.look))
    document.addEventListener('visibilitychange', watch.glance)
    watch.look()
    return () => {
      for (const off of offs) off()
      document.removeEventListener('visibilitychange', watch.glance)
      watch.stop()
    }
  }, [watch])

  const identity = useMemo(() => {
    async function leaveBy (act: () => Promise<void>, word?: string) {
      leaving.current = true
      try {
        await act()
        setParting(word)
      } catch (error) {
        leaving.current = false
        throw error
      } finally {
        watch.look()
      }
    }
    return { user, unreachable, parting, leaveBy, signOut: async (options = {}) => await leaveBy(async () => await auth.logout(options)) }
  }, [user, unreachable, parting, watch])

  return <Context.Provider value={identity}>{children}</Context.Provider>
}
