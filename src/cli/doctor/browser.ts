import type { Config } from '../../config.js'
import { domainCovers, isPublicSuffix, siteOf } from '../../lib/site.js'
import { about, isLoopback, orOk, type Finding } from './finding.js'

type Settings = Pick<Config, 'production' | 'publicUrl' | 'clientOrigins' | 'cookieSecure' | 'cookieDomain' | 'cookieSameSite' | 'cookiePrefix'>

/** Whether browsers take the cookies that the settings describe. */
export function examineCookies ({ production, publicUrl, cookieSecure, cookieDomain, cookiePrefix }: Settings): Finding[] {
  const { ok, warning, wrong } = about('cookies')
  const { protocol, hostname } = new URL(publicUrl)
  const domain = cookieDomain?.replace(/^\./, '').toLowerCase()
  const why = cookiePrefix.startsWith('__') ? `COOKIE_PREFIX=${cookiePrefix} makes them Secure` : 'COOKIE_SECURE is on'

  return orOk([
    cookieSecure && protocol === 'http:' && !isLoopback(hostname) &&
      wrong(`${why}, and PUBLIC_URL is http: browsers drop the cookies`, 'put a proxy that speaks https in front, and set PUBLIC_URL to its origin'),
    cookieSecure && protocol === 'http:' && isLoopback(hostname) &&
      warning(`${why}, and PUBLIC_URL is http: on ${hostname} only some browsers keep such cookies`, 'set COOKIE_SECURE=false on a development machine'),
    !cookieSecure && protocol === 'https:' &&
      about('cookies')[production ? 'wrong' : 'warning']('PUBLIC_URL is https and the cookies are not Secure: they would be sent over http too', 'remove COOKIE_SECURE=false'),
    domain !== undefined && !domainCovers(domain, hostname) &&
      wrong(`COOKIE_DOMAIN=${domain} does not cover ${hostname} of PUBLIC_URL: browsers drop the cookies`, 'remove COOKIE_DOMAIN, or name a domain that PUBLIC_URL lies in'),
    domain !== undefined && isPublicSuffix(domain) &&
      wrong(`COOKIE_DOMAIN=${domain} is a public suffix, below which anybody may have a host: browsers drop the cookies`, 'remove COOKIE_DOMAIN')
  ], ok(`${cookieSecure ? 'Secure' : 'not Secure'}, for ${domain === undefined ? `${hostname} alone` : `every host of ${domain}`}`))
}

/** Whether the pages of an origin can use the server with cookies. */
export function examineOrigin (settings: Settings, origin: string): Finding[] {
  const { publicUrl, clientOrigins, cookieSameSite } = settings
  const check = about(`origin ${origin}`)
  if (origin === publicUrl) return [check.ok("the server's own")]

  const crossSite = siteOf(origin) !== siteOf(publicUrl)
  const mixed = origin.startsWith('https:') && publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)
  const together = `serve both under one site (${siteOf(publicUrl)}), or sign in with "transport": "body" and send Bearer tokens`
  const listed = clientOrigins.includes(origin)

  return orOk([
    !listed && check.wrong('not in CLIENT_ORIGINS: its pages may read no answer and change nothing', `add it: CLIENT_ORIGINS=${[...clientOrigins, origin].join(',')}`),
    mixed && check.wrong('https, and PUBLIC_URL is http: browsers block such requests', 'let PUBLIC_URL be https'),
    crossSite && cookieSameSite !== 'none' &&
      check.wrong(`another site than ${publicUrl}: with COOKIE_SAME_SITE=${cookieSameSite} browsers send no cookie`, together),
    crossSite && cookieSameSite === 'none' &&
      check.warning(`another site than ${publicUrl}: its cookies are third-party ones, which many browsers block`, together),
    !crossSite && cookieSameSite === 'none' &&
      check.warning('the same site: COOKIE_SAME_SITE=none gives up a defence for nothing', 'remove COOKIE_SAME_SITE')
  ], check.ok(`the same site${readsMarker(settings, origin) ? '' : '; its scripts cannot read the cookie logged_in, and ask GET /api/users/me'}`))
}

const readsMarker = ({ publicUrl, cookieDomain }: Settings, origin: string) => {
  const { hostname } = new URL(origin)
  return hostname === new URL(publicUrl).hostname || (cookieDomain !== undefined && domainCovers(cookieDomain.replace(/^\./, '').toLowerCase(), hostname))
}

/** What is said of the client origins as they are set. */
export function examineClients ({ production, clientOrigins }: Settings): Finding[] {
  const { ok, warning } = about('client origins')
  const open = production ? clientOrigins.filter((origin) => origin.startsWith('http:')) : []
  return orOk([
    open.length > 0 && warning(`${open.join(', ')}: pages that travel without https may be changed on their way`, 'name https origins in CLIENT_ORIGINS')
  ], ok(clientOrigins.join(', ') || 'none'))
}
