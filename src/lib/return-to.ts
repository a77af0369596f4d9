/**
 * Where somebody may be led once he has signed in: an address of ours or of a listed origin, in full; undefined for any other, so that
 * no link can lead people from here to a stranger (OWASP, Unvalidated Redirects).
 */
export function returnTo (asked: string | undefined, ours: string, listed: readonly string[]): string | undefined {
  if (asked === undefined || !URL.canParse(asked, ours)) return undefined
  const { href, origin, username, password } = new URL(asked, ours)
  return username === '' && password === '' && [ours, ...listed].includes(origin) ? href : undefined
}
