/** Tells programs that keep passwords whose password a form asks for; nobody sees it. */
export function Username ({ email }: { email: string }) {
  return <input class='hidden' type='text' name='username' autocomplete='username' value={email} readOnly tabIndex={-1} aria-hidden='true' />
}
