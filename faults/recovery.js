const inARow = 20

const isGood = ({ status }) => status > 0 && status < 500

/**
 * Milliseconds from the lifting of a fault to the first moment from which twenty calls in a row succeeded on every node; Infinity when there was none.
 */
export function backToNormal (history, liftedAt) {
  const nodes = new Set(history.map(({ node }) => node))
  return Math.max(...[...nodes].map((node) => {
    const after = history.filter((entry) => entry.node === node && entry.start >= liftedAt).sort((one, other) => one.start - other.start)
    const first = firstOfMany(after)
    return first === 0 ? 0 : (after[first]?.start ?? Infinity) - liftedAt
  }))
}

function firstOfMany (entries) {
  let begun = 0
  for (const [place, entry] of entries.entries()) {
    if (!isGood(entry)) begun = place + 1
    else if (place - begun + 1 === inARow) return begun
  }
  return entries.length
}
