import { getDomain, getPublicSuffix } from 'tldts'

const withPrivate = { allowPrivateDomains: true }

/** What browsers call the site of an origin: its scheme and registrable domain, by the public suffix list with its private part (RFC 6265bis, 5.2). */
export function siteOf (origin: string): string {
  const { protocol, hostname } = new URL(origin)
  return `${protocol}//${getDomain(hostname, withPrivate) ?? hostname}`
}

/** Whether anybody may register names below it, so that no browser takes a cookie for it. */
export const isPublicSuffix = (domain: string): boolean => getPublicSuffix(domain, withPrivate) === domain

/** Whether a host gets the cookies of a domain (RFC 6265, 5.1.3). */
export const domainCovers = (domain: string, host: string): boolean =>
  host === domain || (host.endsWith(`.${domain}`) && getDomain(host, withPrivate) !== null)
