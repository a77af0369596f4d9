interface Options {
  /** Gives whether there may be more to do at once. */
  run: () => Promise<boolean>
  /** The round failed; the next one comes as if it had not. */
  failed: (error: Error) => void
  /** How long to wait after a call, and after a round during which one came, so that calls that come together make one round. */
  soonMilliseconds: number
  /** How often to look uncalled: half as long again or half as long at most, so that nodes do not keep step. */
  everyMilliseconds: number
}

export type Rounds = ReturnType<typeof createRounds>

/** Work that is done when it is called for, and now and then uncalled, never twice at once. */
export function createRounds ({ run, failed, soonMilliseconds, everyMilliseconds }: Options) {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let called = false
  let closed = false

  function plan (milliseconds: number) {
    clearTimeout(timer)
    timer = setTimeout(() => { running = round() }, milliseconds).unref()
  }

  async function round () {
    called = false
    const more = await run().catch((error: Error) => {
      failed(error)
      return false
    })
    running = undefined
    if (closed) return
    if (more) return plan(0)
    plan(called ? soonMilliseconds : everyMilliseconds * (0.5 + Math.random()))
  }

  return {
    /** Costs nothing and waits for nothing, however often. */
    wake () {
      if (called || closed) return
      called = true
      if (running === undefined) plan(soonMilliseconds)
    },

    /** Begins no more; over once the round under way is. */
    async close () {
      closed = true
      clearTimeout(timer)
      await running
    }
  }
}
