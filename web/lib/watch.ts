interface Options<Found> {
  ask: () => Promise<Found | null>
  tell: (found: Found | null) => void
  fail: (error: unknown) => void
  /** Whether anybody sees the page. */
  seen: () => boolean
  everyMilliseconds?: number
}

/** A check costs the server next to nothing, and an ending shall be seen within a second. */
const mostOften = 500
const longestMilliseconds = 10_000

/**
 * Asks something: when told to look, and again and again while there is an answer other than null and the page is seen. One question is
 * asked at a time; a server in trouble is asked ever more seldom.
 */
export function createWatch<Found> ({ ask, tell, fail, seen, everyMilliseconds = mostOften }: Options<Found>) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false
  let stopped = false
  let failures = 0

  async function askOnce (): Promise<number | undefined> {
    try {
      const found = await ask()
      failures = 0
      if (!stopped) tell(found)
      return found === null ? undefined : everyMilliseconds
    } catch (error) {
      if (!stopped) fail(error)
      return Math.min(longestMilliseconds, everyMilliseconds * 2 ** failures++)
    }
  }

  async function look () {
    clearTimeout(timer)
    again = asking
    if (asking || stopped) return
    asking = true
    const wait = await askOnce()
    asking = false
    if (again) void look()
    else if (wait !== undefined && !stopped) timer = setTimeout(() => { if (seen()) void look() }, wait)
  }

  return {
    /** Asks now. */
    look: () => { void look() },
    /** Asks now if the page is seen: for when it comes into sight. */
    glance: () => { if (seen()) void look() },
    stop () {
      stopped = true
      clearTimeout(timer)
    }
  }
}
