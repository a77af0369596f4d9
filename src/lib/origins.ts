export interface Provenance {
  method: string
  origin: string | undefined
  fetchSite: string | undefined
  fetchMode: string | undefined
  bearsToken: boolean
  /** One of the two GETs that change something. */
  changesByGet: boolean
}

/** Whether a request was sent by a page of another site, which must not sign anybody in or out (OWASP, Fetch Metadata). */
export function isCrossSite (request: Provenance, allowed: ReadonlySet<string>): boolean {
  if (request.bearsToken) return false
  if ((request.method === 'GET' || request.method === 'HEAD') && !request.changesByGet) return false
  if (request.changesByGet && request.fetchMode === 'navigate') return true
  if (request.origin !== undefined) return !allowed.has(request.origin)
  return request.fetchSite !== undefined && request.fetchSite !== 'same-origin' && request.fetchSite !== 'none'
}
