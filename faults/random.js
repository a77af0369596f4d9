/** Numbers that look random and are the same for the same seed (mulberry32). */
export function createRandom (seed) {
  let state = seed >>> 0

  function next () {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  const below = (limit) => Math.floor(next() * limit)

  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)],

    /** One of the keys of `weights`, each as often as its weight says. */
    weighted (weights) {
      let left = next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0)
      for (const [name, weight] of Object.entries(weights)) {
        left -= weight
        if (left < 0) return name
      }
      return Object.keys(weights)[0]
    },

    /** A generator of its own, so that what others draw changes nothing for it. */
    fork: (number) => createRandom(seed * 7919 + number * 104729 + 1)
  }
}
