import { progress } from './progress.js'

// A B A B: each contender is measured once a round, so that a slow minute of the machine hits all of them.
export async function alternate (rounds, contenders, measure) {
  const seen = new Map(contenders.map((contender) => [contender, []]))

  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const figures = await measure(contender, round)
      seen.get(contender).push(figures)
      progress(`round ${round}/${rounds}  ${contender.name.padEnd(24)} ${Math.round(figures.perSecond)} /s`)
    }
  }
  return new Map([...seen].map(([contender, all]) => [contender, medians(all)]))
}

function medians (all) {
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((figures) => figures[key]))]))
}

export function median (numbers) {
  return percentile(numbers, 50)
}

export function percentile (numbers, percent) {
  const sorted = numbers.filter((number) => number !== undefined).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))]
}
