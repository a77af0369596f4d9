/**
 * The credentials of an `Authorization` header (RFC 6750; `Token` is taken too), `''` when the scheme stands alone;
 * undefined for another scheme, which is a proxy's and none of ours.
 */
export function bearerOf (authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  const [, rest] = /^\s*(?:bearer|token)(?:\s+(.*))?$/is.exec(authorization) ?? [undefined, undefined]
  if (rest !== undefined) return rest.trim()
  return /^\s*(?:bearer|token)\s*$/i.test(authorization) ? '' : undefined
}

/** The access tokens that a request presents, in their order: the header's alone when there is one of ours, else every cookie of this name. */
export function accessTokensIn ({ authorization, cookie }: { authorization?: string | undefined, cookie?: string | undefined }, cookieName: string): string[] {
  const bearer = bearerOf(authorization)
  return bearer === undefined ? cookieValues(cookie, cookieName) : [bearer]
}

/** Every value that a `Cookie` header gives to a name, in its order; a name may come twice (RFC 6265bis). */
export function cookieValues (header: string | undefined, name: string): string[] {
  const values: string[] = []
  if (header === undefined) return values

  for (let at = 0; at < header.length;) {
    const end = header.indexOf(';', at)
    const stop = end === -1 ? header.length : end
    const equals = header.indexOf('=', at)
    if (equals !== -1 && equals < stop && header.slice(at, equals).trim() === name) {
      const value = header.slice(equals + 1, stop).trim()
      if (value !== '') values.push(value)
    }
    at = stop + 1
  }
  return values
}
