import type { LightMyRequestResponse } from 'fastify'

/** The `Set-Cookie` lines of an answer, each without its value: `access_token; Max-Age=900; Path=/; …`. */
export const cookieLines = (response: LightMyRequestResponse): string[] =>
  [response.headers['set-cookie'] ?? []].flat().map((line) => line.replace(/=[^;]*/, ''))

// What is left of a token is told in whole seconds: one may have passed since it was issued.
const asTheyBegan = (seconds: number) => Math.floor((seconds + 1) / 10) * 10

/** The same lines as they were when the tokens were issued, a moment ago. */
export const freshCookieLines = (response: LightMyRequestResponse): string[] =>
  cookieLines(response).map((line) => line.replace(/(?<=Max-Age=)\d+/, (seconds) => String(asTheyBegan(Number(seconds)))))

/** What an answer says in its body of tokens that were issued a moment ago. */
export function freshTokens (response: LightMyRequestResponse) {
  const { expires_in: access, refresh_expires_in: refresh, ...tokens } = response.json()
  return { ...tokens, expires_in: asTheyBegan(access), ...(refresh === undefined ? {} : { refresh_expires_in: asTheyBegan(refresh) }) }
}

/** What an answer's cookies hold, by their names. */
export const cookieValues = (response: LightMyRequestResponse): Record<string, string> =>
  Object.fromEntries(response.cookies.map(({ name, value }) => [name, value]))

/** A request's `Cookie` header; a name may come twice. */
export const cookie = (...pairs: Array<[name: string, value: string]>) =>
  ({ cookie: pairs.map(([name, value]) => `${name}=${value}`).join('; ') })

/** Whether an answer empties all three cookies. */
export const clearsCookies = (response: LightMyRequestResponse): boolean =>
  response.cookies.map(({ name, value, maxAge }) => `${name}=${value};${maxAge}`).join() === 'access_token=;0,refresh_token=;0,logged_in=;0'
