import { useLocation } from 'preact-iso'

/** What the address says after its question mark, and how to change that: what is empty is left out. No entry is added to the history. */
export function useQuery (): [Readonly<Record<string, string>>, (changes: Record<string, string>) => void] {
  const { path, query, route } = useLocation()
  return [query, (changes) => {
    const search = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== '')).toString()
    route(search === '' ? path : `${path}?${search}`, true)
  }]
}
