export type State = 'ok' | 'warning' | 'wrong'

/** What one check has found: what is the case and, unless all is well, what to do. */
export interface Finding { check: string, state: State, says: string, remedy?: string }

/** Names the findings of one check. */
export const about = (check: string) => ({
  ok: (says: string): Finding => ({ check, state: 'ok', says }),
  warning: (says: string, remedy: string): Finding => ({ check, state: 'warning', says, remedy }),
  wrong: (says: string, remedy: string): Finding => ({ check, state: 'wrong', says, remedy })
})

/** The faults that were found, or the word that there are none. */
export const orOk = (faults: Array<Finding | undefined | false>, ok: Finding): Finding[] => {
  const found = faults.filter((fault): fault is Finding => fault !== undefined && fault !== false)
  return found.length > 0 ? found : [ok]
}

export const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host) || host.endsWith('.localhost')
