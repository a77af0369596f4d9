/** What the server says of itself in the page that it sends. */
interface Settings {
  /** The origin at which the server takes these pages for its own. */
  publicUrl: string
  passwordMinLength: number
  /** Where to go after signing in, when the link that led here named a place that the server lists. */
  returnTo?: string
}

const told = document.querySelector<HTMLMetaElement>('meta[name=gatehouse]')?.content ?? '{}'

export const settings: Settings = { publicUrl: location.origin, passwordMinLength: 8, ...JSON.parse(told) as Partial<Settings> }

/** The pages lie below this path, which has no slash at its end. */
export const base = new URL(document.baseURI).pathname.replace(/\/$/, '')

/** The address of a page. */
export const to = (path: string): string => base + path
