/**
 * Where somebody may be led once he has signed in: an address of ours or of a listed origin, in full; undefined for any other, so that
 * no link can lead people from here to a stranger (OWASP, Unvalidated Redirects).
 */
export function returnTo (asked: string | undefined, ours: string, listed: readonly string[]): string | undefined {
  if (asked === undefined || !URL.canParse(asked, ours)) return undefined
  const { href, origin, protocol, username, password } = new URL(asked, ours)
  // What was made of an origin's data has that origin too.
  const isPlain = /^https?:$/.test(protocol) && username === '' && password === ''
  return isPlain && [ours, ...listed].includes(origin) ? href : undefined
}
