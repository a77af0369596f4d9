/** How often something may be tried. Milliseconds. */
export interface Policy {
  name: string
  /** Attempts that are let through before any wait. */
  free: number
  window: number
  /** The first wait after that, doubling to `longestWait`; zero: until the window ends. */
  firstWait: number
  longestWait: number
}

export interface Attempts { count: number, refusedUntil: number, forgottenAt: number }

const second = 1000
const minute = 60 * second

export const window = (name: string, free: number, milliseconds: number): Policy =>
  ({ name, free, window: milliseconds, firstWait: 0, longestWait: 0 })

const growing = (name: string, free: number): Policy =>
  ({ name, free, window: 15 * minute, firstWait: second, longestWait: 15 * minute })

export const policies = {
  loginByAddress: window('login-address', 300, 15 * minute),
  loginByPair: growing('login-pair', 10),
  loginByStrangers: growing('login-strangers', 50),
  clients: window('clients', 60, 15 * minute),
  register: window('register', 20, 60 * minute),
  refresh: window('refresh', 60, minute),
  mailsToAddress: window('mails-to', 5, 60 * minute),
  mailsByCaller: window('mails-by', 20, 60 * minute)
} as const

/** Counts an attempt before it is made, so that a hundred at once count as a hundred; one that has to wait changes nothing. */
export function attempt (before: Attempts | undefined, now: number, policy: Policy): { wait: number, after: Attempts | undefined } {
  const known = before !== undefined && now < before.forgottenAt ? before : undefined
  if (known !== undefined && now < known.refusedUntil) return { wait: known.refusedUntil - now, after: known }

  const count = (known?.count ?? 0) + 1
  const windowEnd = known?.forgottenAt ?? now + policy.window
  if (policy.firstWait === 0) {
    return { wait: 0, after: { count, refusedUntil: count >= policy.free ? windowEnd : 0, forgottenAt: windowEnd } }
  }
  const wait = count < policy.free ? 0 : Math.min(policy.firstWait * 2 ** (count - policy.free), policy.longestWait)
  return { wait: 0, after: { count, refusedUntil: now + wait, forgottenAt: now + wait + policy.window } }
}
