export interface Locks {
  request: (name: string, options: { mode?: 'shared', steal?: boolean, signal?: AbortSignal }, held: () => Promise<unknown>) => Promise<unknown>
  query: () => Promise<{ held?: Array<{ name?: string }> }>
}

interface Channel {
  postMessage: (message: unknown) => void
  addEventListener: (type: 'message', listener: (event: { data: unknown }) => void) => void
  close: () => void
}

/** What a page has, and a program in Node has not. */
interface Platform {
  location?: { href: string, hostname: string, origin: string }
  document?: { cookie: string }
  navigator?: { locks?: Locks }
  localStorage?: { getItem: (key: string) => string | null, setItem: (key: string, value: string) => void }
  BroadcastChannel?: new (name: string) => Channel
  addEventListener?: (type: string, listener: () => void) => void
  removeEventListener?: (type: string, listener: () => void) => void
}

export const platform = globalThis as unknown as Platform

export const sleep = async (milliseconds: number) => await new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
