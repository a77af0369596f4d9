interface Out { isTTY?: boolean, write: (text: string) => unknown }

export type Progress = ReturnType<typeof createProgress>

/** Shows how far a long work has come: in a terminal on one line that is written over, else on a line every five seconds. */
export function createProgress (out: Out, { unit, part, now = performance.now.bind(performance) }: { unit: string, part?: () => number | undefined, now?: () => number }) {
  const terminal = out.isTTY === true
  const every = terminal ? 200 : 5_000
  const wipe = terminal ? '\r\x1b[K' : ''
  const since = now()
  let told = since

  function tick (count: number) {
    const at = now()
    if (at - told < every) return
    told = at
    const percent = part?.()
    const rest = percent === undefined ? '' : `, ${Math.floor(percent * 100)} %`
    out.write(`${wipe}${count} ${unit}, ${Math.round(count / (at - since) * 1000)} a second${rest}${terminal ? '' : '\n'}`)
  }

  return {
    tick,
    /** A line of its own. */
    note: (line: string) => { out.write(`${wipe}${line}\n`) },
    /** Takes the progress away; gives the seconds it took. */
    end () {
      out.write(wipe)
      return ((now() - since) / 1000).toFixed(1)
    }
  }
}
