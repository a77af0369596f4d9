import { useEffect, useState } from 'preact/hooks'

/**
 * The token of the mailed link that led here; empty when there is none. It is taken out of the address at once, since addresses are
 * shown, noted and passed on, and kept with this entry of the tab's history, so that the page may be loaded again.
 */
export function useMailedToken (): string {
  const [token] = useState(() => new URL(location.href).searchParams.get('token') ?? String((history.state as { token?: unknown } | null)?.token ?? ''))
  useEffect(() => {
    const address = new URL(location.href)
    address.searchParams.delete('token')
    history.replaceState({ token }, '', address)
  }, [token])
  return token
}
